import type {
  ContainerSpec,
  FileSpec,
  LabIdentity,
  NodeSpec,
  ReadyProbe,
  VolumeSpec,
} from '../../runtime/node-spec.ts';
import type { Sandbox, SandboxContainer, SandboxNode } from '../../sandbox/sandbox.ts';
import { contentHash } from '../content-hash.ts';
import { containerName, type LabSpec } from '../lab-spec.ts';
import type { EngineChoice, LabChoices } from './choices.ts';
import type { CertFile, Inputs } from './inputs.ts';
import { publishOf } from './publish.ts';

export interface ResolveOptions {
  /** Name of the lab; the sandbox's when undefined. */
  readonly lab: string | undefined;
  /** `uid` of the user, as text. */
  readonly owner: string;
  /** The engine of containers nothing else speaks of. */
  readonly defaultEngine: string;
  readonly choices: LabChoices;
}

/**
 * A sandbox with every choice made: replicas numbered, programs found, probes and ports decided, everything hashed.
 * Pure: what it needs of the machine is in `inputs`.
 */
export function resolve(sandbox: Sandbox, inputs: Inputs, options: ResolveOptions): LabSpec {
  const nodes = sandbox.nodes.flatMap((node, ordinal) => {
    const containers = node.containers.map((container) => resolveContainer(node, container, inputs, options));
    const replicas = options.choices.scale.get(node.name) ?? node.replicas;
    return Array.from({ length: replicas }, (_, k) => ({
      ...resolveNode(node, k + 1, containers, options.choices),
      ordinal,
    }));
  });
  return {
    identity: identityOf(sandbox, options),
    nodes,
  };
}

/** Who a lab is. */
export function identityOf(
  sandbox: Sandbox,
  { lab, owner }: Pick<ResolveOptions, 'lab' | 'owner'>,
): LabIdentity {
  const { name, folder, networks } = sandbox;
  return { lab: lab ?? name, sandbox: name, folder, owner, networks };
}

/**
 * Which engine runs a container: the command line's word on that container or node, the sandbox's, the command
 * line's on all, the default.
 */
export function engineOf(
  node: string,
  container: SandboxContainer,
  choice: EngineChoice,
  fallback: string,
): string | undefined {
  if (container.program.kind !== 'envoy') return undefined;
  return (
    choice.of.get(containerName(node, container.name)) ??
    choice.of.get(node) ??
    container.program.engine ??
    choice.all ??
    fallback
  );
}

function resolveNode(
  node: SandboxNode,
  index: number,
  containers: readonly ContainerSpec[],
  choices: LabChoices,
): NodeSpec {
  const { networks, aliases } = node;
  const publish = publishOf(node, index, choices.publish);
  return {
    name: `${node.name}-${index}`,
    group: node.name,
    index,
    networks,
    aliases,
    publish,
    containers,
    hash: nodeHash({ networks, aliases, publish }),
  };
}

/** Hash of what belongs to the node itself. */
export function nodeHash(node: Pick<NodeSpec, 'networks' | 'aliases' | 'publish'>): string {
  return contentHash([node.networks, node.aliases, node.publish]);
}

function resolveContainer(
  node: SandboxNode,
  container: SandboxContainer,
  inputs: Inputs,
  options: ResolveOptions,
): ContainerSpec {
  const program = programOf(node, container, inputs, options);
  const certs = inputs.certFiles.get(containerName(node.name, container.name)) ?? [];
  const own = container.files.map(({ hostPath, path }): FileSpec => ({ path, from: { hostPath } }));
  const user = container.user ?? program.user;
  const workdir = container.workdir ?? program.workdir;
  const spec: Omit<ContainerSpec, 'hash'> = {
    name: container.name,
    kind: container.program.kind === 'envoy' ? 'engine' : 'app',
    ...(program.engine === undefined ? {} : { engine: program.engine }),
    ...(program.image === undefined ? {} : { image: program.image }),
    argv: program.argv,
    env: { ...program.env, ...container.env },
    files: [...program.files, ...own, ...certs.map(({ file }) => file)],
    volumes: [...(program.volumes ?? []), ...container.volumes],
    ...(user === undefined ? {} : { user }),
    ...(workdir === undefined ? {} : { workdir }),
    ready: container.ready ?? program.ready,
    dependsOn: container.dependsOn,
    once: container.once,
  };
  return { ...spec, hash: containerHash(spec, inputs, certs) };
}

interface Program {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly files: readonly FileSpec[];
  readonly volumes?: readonly VolumeSpec[];
  readonly ready: ReadyProbe;
  readonly engine?: string | undefined;
  readonly image?: string | undefined;
  readonly user?: string | undefined;
  readonly workdir?: string | undefined;
}

function programOf(
  node: SandboxNode,
  container: SandboxContainer,
  inputs: Inputs,
  options: ResolveOptions,
): Program {
  const { program } = container;
  if (program.kind === 'envoy') {
    const engine = engineOf(node.name, container, options.choices.engine, options.defaultEngine)!;
    const config = inputs.configs.get(program.config)!;
    const made = inputs.engines
      .get(engine)!
      .program({ container: container.name, config, args: program.args });
    return { ...made, engine };
  }
  if (program.image === undefined) {
    return { argv: program.command ?? [], env: {}, files: [], ready: { kind: 'started' } };
  }
  const image = inputs.images.get(program.image)!;
  const port = image.ports.find(({ protocol }) => protocol === 'tcp')?.port;
  return {
    argv: program.command ?? image.command,
    env: image.env,
    files: image.files.map(({ hostPath, path }): FileSpec => ({ path, from: { hostPath } })),
    ready: image.ready ?? (port === undefined ? { kind: 'started' } : { kind: 'tcp', port }),
    image: image.name,
    user: image.user,
    workdir: image.workdir,
  };
}

/** Files count by content, minted ones by what they were minted for. */
function containerHash(
  spec: Omit<ContainerSpec, 'hash'>,
  inputs: Inputs,
  certs: readonly CertFile[],
): string {
  const files = spec.files.map(({ path, from, mode }) => {
    const cert = certs.find(({ file }) => file.path === path);
    const content = 'content' in from ? contentHash(from.content) : inputs.hashes.get(from.hostPath);
    return [path, cert?.hash ?? content, mode];
  });
  return contentHash({ ...spec, files });
}
