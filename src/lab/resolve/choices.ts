import { didYouMean } from '../../document/suggest.ts';
import { LabError } from '../../error.ts';
import { wholeReference } from '../../image/reference.ts';
import { referencesOf } from '../../sandbox/image-rules.ts';
import type { Sandbox, SandboxService } from '../../sandbox/sandbox.ts';
import { parsePort } from './publish.ts';

/** `--engine E` and `--engine NODE=E`, `--engine NODE/CONTAINER=E`, taken apart. */
export interface EngineChoice {
  /** For every container that nothing else speaks of; undefined: the default. */
  readonly all: string | undefined;
  /** By `node` or `node/container`. */
  readonly of: ReadonlyMap<string, string>;
}

/** A host port the user insists on. */
export interface PublishPin {
  /** A node (its first replica) or a replica. */
  readonly node: string;
  /** Name or number of the port, such as `http`, `8080` or `53/udp`. */
  readonly port: string;
  readonly hostPort: number;
}

/** What the user chose beside what the sandbox says. */
export interface LabChoices {
  readonly engine: EngineChoice;
  /** Replicas by node. */
  readonly scale: ReadonlyMap<string, number>;
  readonly publish: readonly PublishPin[];
  /** The image of ours in the place of one of a registry, by how that was written. */
  readonly images: ReadonlyMap<string, string>;
}

export const noChoices: LabChoices = {
  engine: { all: undefined, of: new Map() },
  scale: new Map(),
  publish: [],
  images: new Map(),
};

/** @throws LabError `usage` */
export function parseEngineChoice(words: readonly string[]): EngineChoice {
  let all: string | undefined;
  const of = new Map<string, string>();
  for (const word of words) {
    const at = word.lastIndexOf('=');
    if (at === -1) all = word;
    else of.set(word.slice(0, at), word.slice(at + 1));
  }
  return { all, of };
}

/**
 * `service1=3` and the like.
 * @throws LabError `usage`
 */
export function parseScale(words: readonly string[]): Map<string, number> {
  return new Map(
    words.map((word) => {
      const match = /^([^=]+)=(\d{1,4})$/.exec(word);
      if (match !== null) return [match[1]!, Number(match[2])];
      throw new LabError('usage', `"${word}" is not NODE=REPLICAS`, { hint: 'such as service1=3' });
    }),
  );
}

/**
 * `front-envoy:http=8080` and the like.
 * @throws LabError `usage`
 */
export function parsePublish(words: readonly string[]): PublishPin[] {
  return words.map((word) => {
    const match = /^([^:=]+):([^=]+)=(\d{1,5})$/.exec(word);
    const hostPort = Number(match?.[3]);
    if (match !== null && hostPort >= 1 && hostPort <= 65535) {
      return { node: match[1]!, port: match[2]!, hostPort };
    }
    throw new LabError('usage', `"${word}" is not NODE:PORT=HOSTPORT`, {
      hint: 'such as front-envoy:8080=9090',
    });
  });
}

/**
 * `quay.io/team/shop:1.2=hello` and the like.
 * @throws LabError `usage`
 */
export function parseImages(words: readonly string[]): Map<string, string> {
  return new Map(
    words.map((word) => {
      const [, reference = '', image] = /^([^=]+)=([^=:/]+)$/.exec(word) ?? [];
      if (image !== undefined && wholeReference(reference) !== undefined) return [reference, image];
      throw new LabError('usage', `"${word}" is not IMAGE-OF-A-REGISTRY=IMAGE`, {
        hint: 'such as quay.io/team/shop:1.2=http-app',
      });
    }),
  );
}

/**
 * Every node, container and image of a registry that the choices name has to exist in the sandbox.
 * @throws LabError `usage` with a did-you-mean
 */
export function checkChoices(choices: LabChoices, sandbox: Sandbox): void {
  const nodes = sandbox.nodes.map(({ name }) => name);
  for (const name of choices.scale.keys()) {
    const service = sandbox.services.find((candidate) => candidate.name === name);
    if (service !== undefined) throw notScaled(name, service.nodes);
    requireName('node', name, nodes, sandbox);
  }
  for (const { node, port } of choices.publish) {
    const service = sandbox.services.find(({ name }) => node === name || node === `${name}-1`);
    if (service !== undefined) requireServicePort(service, port);
    else if (!nodes.includes(node.replace(/-\d+$/, ''))) requireName('node', node, nodes, sandbox);
  }
  for (const key of choices.engine.of.keys()) {
    const [nodeName = '', containerName] = key.split('/');
    requireName('node', nodeName, nodes, sandbox);
    const node = sandbox.nodes.find(({ name }) => name === nodeName)!;
    const proxies = node.containers.filter(({ program }) => program.kind === 'envoy').map(({ name }) => name);
    if (containerName !== undefined) requireName(`proxy in ${nodeName}`, containerName, proxies, sandbox);
    else if (proxies.length === 0)
      throw new LabError('usage', `${nodeName} has no container that an engine runs`);
  }
  const references = referencesOf(sandbox.nodes);
  for (const reference of choices.images.keys()) {
    const whole = wholeReference(reference);
    if (references.some((known) => wholeReference(known) === whole)) continue;
    requireName('container with image', reference, references, sandbox);
  }
}

/** A service has one address, however many replicas it leads to. */
export function notScaled(service: string, selects: string): LabError {
  return new LabError('usage', `${service} is a service, which is not scaled`, {
    hint: `scale what it leads to: ${selects}`,
  });
}

/** @throws LabError `usage` when nothing would answer at the published port */
function requireServicePort({ name, ports, publish }: SandboxService, port: string): void {
  const { number, protocol } = parsePort(port);
  const published = publish.some((candidate) => candidate.name === port);
  if (published || (protocol === 'tcp' && ports.some((own) => own.port === number))) return;
  throw new LabError('usage', `service ${name} has no port ${port}`, {
    hint: `its ports: ${ports.map((own) => own.port).join(', ')}`,
  });
}

function requireName(kind: string, name: string, known: readonly string[], sandbox: Sandbox): void {
  if (known.includes(name)) return;
  throw new LabError('usage', `sandbox ${sandbox.name} has no ${kind} "${name}"`, {
    hint: didYouMean(name, known),
  });
}
