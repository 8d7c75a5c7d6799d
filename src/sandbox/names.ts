import type { Document, Path } from '../document/document.ts';
import { didYouMean } from '../document/suggest.ts';
import type { ProblemList } from '../schema/read.ts';
import type { ContainerFields } from './container-schema.ts';

/** What the short form of a node calls its only container. */
export function shortName(fields: Pick<ContainerFields, 'envoy'> | Record<string, unknown>): string {
  return fields.envoy === undefined ? 'app' : 'envoy';
}

/**
 * The names a sandbox file defines. They are read from the file as it is, so that a node with a mistake in it is
 * still one that others may name.
 */
export class Names {
  readonly nodes: readonly string[];
  readonly services: readonly string[];
  readonly #containers = new Map<string, readonly string[]>();
  readonly #problems: ProblemList;

  constructor(document: Document, problems: ProblemList) {
    this.#problems = problems;
    const nodes = entries(child(document.value, 'nodes'));
    this.nodes = nodes.map(([name]) => name);
    this.services = entries(child(document.value, 'services')).map(([name]) => name);
    for (const [name, node] of nodes) {
      const long = entries(child(node, 'containers')).map(([container]) => container);
      this.#containers.set(name, long.length > 0 ? long : [shortName(Object.fromEntries(entries(node)))]);
    }
  }

  containersOf(node: string): readonly string[] {
    return this.#containers.get(node) ?? [];
  }

  /** The node that a name means: itself, or the one it is a replica of. */
  nodeOf(name: string): string | undefined {
    if (this.#containers.has(name)) return name;
    const node = /^(.+)-[1-9]\d*$/.exec(name)?.[1];
    return node !== undefined && this.#containers.has(node) ? node : undefined;
  }

  /** The service that a name means: itself, or the one it is the replica of. */
  serviceOf(name: string): string | undefined {
    return this.services.find((service) => name === service || name === `${service}-1`);
  }

  /** Reports a name that is no node, and no replica of one; the path is the value's, or (`key`) that of the key. */
  requireNode(name: string, path: Path, key = false): string | undefined {
    const node = this.nodeOf(name);
    const service = node === undefined ? this.serviceOf(name) : undefined;
    if (service !== undefined) {
      const hint = 'name the node it leads to';
      this.#problems.add(path, `"${name}" is a service, which runs nothing of its own`, { hint, key });
    } else if (node === undefined) {
      this.#problems.add(path, `no node "${name}"`, { hint: didYouMean(name, this.nodes), key });
    }
    return node;
  }

  /** Reports a container that its node does not have. */
  requireContainer(node: string, container: string, path: Path, key = false): void {
    const known = this.containersOf(node);
    if (known.includes(container)) return;
    this.#problems.add(path, `no container "${container}" in node ${node}`, {
      hint: didYouMean(container, known),
      key,
    });
  }
}

function child(value: unknown, key: string): unknown {
  return entries(value).find(([name]) => name === key)?.[1];
}

function entries(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}
