import { LabError } from '../../../error.ts';
import type { NodeSpec } from '../../node-spec.ts';
import type { Container } from './container.ts';
import type { Publication } from './publisher.ts';

/** One node of a running lab. */
export interface LabNode {
  spec: NodeSpec;
  readonly addresses: Readonly<Record<string, string>>;
  readonly containers: Map<string, Container>;
  published: Publication[];
}

/** The nodes of a running lab, by name. */
export class NodeTable {
  readonly #nodes = new Map<string, LabNode>();

  all(): LabNode[] {
    return [...this.#nodes.values()];
  }

  has(name: string): boolean {
    return this.#nodes.has(name);
  }

  add(node: LabNode): void {
    this.#nodes.set(node.spec.name, node);
  }

  delete(name: string): void {
    this.#nodes.delete(name);
  }

  /** @throws LabError `usage` when there is no such node */
  get(name: string): LabNode {
    const node = this.#nodes.get(name);
    if (node !== undefined) return node;
    const known = [...this.#nodes.keys()].join(', ') || 'none';
    throw new LabError('usage', `the lab has no node named ${name}`, { hint: `There are: ${known}.` });
  }

  /** All containers of a node, or those named. */
  containers(node: string, names?: readonly string[]): Container[] {
    const { containers } = this.get(node);
    if (names === undefined) return [...containers.values()];
    return names.map((name) => {
      const container = containers.get(name);
      if (container !== undefined) return container;
      const known = [...containers.keys()].join(', ') || 'none';
      throw new LabError('usage', `node ${node} has no container named ${name}`, {
        hint: `There are: ${known}.`,
      });
    });
  }

  /** The container that a command is meant for when none is named: the first that runs. */
  runningContainer(node: string, name?: string): { container: Container; pid: number } {
    const candidates = this.containers(node, name === undefined ? undefined : [name]);
    for (const container of candidates) {
      if (container.pid === undefined) continue;
      if (container.state === 'paused') throw new LabError('runtime', `node ${node} is paused`);
      return { container, pid: container.pid };
    }
    const what =
      name === undefined
        ? `node ${node} has no running container`
        : `container ${node}/${name} is not running`;
    throw new LabError('runtime', what, { hint: `envoy-lab start ${node} starts it.` });
  }
}

/** A node is down when the user stopped it or all that was to stay has ended; one not started yet is up. */
export function isUp(containers: readonly Container[]): boolean {
  const staying = containers.filter(({ spec }) => !spec.once);
  return staying.length === 0 || staying.some(({ state }) => state !== 'stopped' && state !== 'exited');
}
