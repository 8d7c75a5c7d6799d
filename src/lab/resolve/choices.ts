import { didYouMean } from '../../document/suggest.ts';
import { LabError } from '../../error.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';

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
}

export const noChoices: LabChoices = {
  engine: { all: undefined, of: new Map() },
  scale: new Map(),
  publish: [],
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
 * Every node and container that the choices name has to exist in the sandbox.
 * @throws LabError `usage` with a did-you-mean
 */
export function checkChoices(choices: LabChoices, sandbox: Sandbox): void {
  const nodes = sandbox.nodes.map(({ name }) => name);
  for (const name of choices.scale.keys()) requireName('node', name, nodes, sandbox);
  for (const { node } of choices.publish) {
    if (!nodes.includes(node.replace(/-\d+$/, ''))) requireName('node', node, nodes, sandbox);
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
}

function requireName(kind: string, name: string, known: readonly string[], sandbox: Sandbox): void {
  if (known.includes(name)) return;
  throw new LabError('usage', `sandbox ${sandbox.name} has no ${kind} "${name}"`, {
    hint: didYouMean(name, known),
  });
}
