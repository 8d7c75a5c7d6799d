import type { ReadyEngine } from '../../engine/engine.ts';
import type {
  ContainerSpec,
  FileSpec,
  LabIdentity,
  NodeSpec,
  ProgramSpec,
  ReadyProbe,
  RootfsSpec,
  SteeredSpec,
  VolumeSpec,
} from '../../runtime/node-spec.ts';
import type { Sandbox, SandboxContainer, SandboxNode } from '../../sandbox/sandbox.ts';
import { contentHash } from '../content-hash.ts';
import { containerName, type LabSpec } from '../lab-spec.ts';
import type { EngineChoice, LabChoices } from './choices.ts';
import type { CertFile, Inputs } from './inputs.ts';
import { publishOf } from './publish.ts';
import { ofReplica } from './replica.ts';
import { resolveService } from './service.ts';

export interface ResolveOptions {
  /** Name of the lab; the sandbox's when undefined. */
  readonly lab: string | undefined;
  /** `uid` of the user, as text. */
  readonly owner: string;
  /** Whose programs containers run: see `Runtime.programs`. */
  readonly programs: 'host' | 'image';
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
    return Array.from({ length: replicas }, (_, k) => {
      const own = containers.map((container) => ofReplica(container, `${node.name}-${k + 1}`));
      return { ...resolveNode(node, k + 1, own, options.choices), ordinal };
    });
  });
  const services = sandbox.services.map((service, index) => ({
    ...resolveService(service, nodes, inputs.forwarder, options),
    ordinal: sandbox.nodes.length + index,
  }));
  return {
    identity: identityOf(sandbox, options),
    nodes: [...nodes, ...services],
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
 * Which engine runs a container, as it was chosen (`envoy`, `envoy@1.38`): the command line's word on that container or node, the sandbox's, the command
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
  const { networks, aliases, hosts } = node;
  const publish = publishOf(node, index, choices.publish);
  return {
    name: `${node.name}-${index}`,
    group: node.name,
    index,
    networks,
    aliases,
    ...(hosts && { hosts }),
    publish,
    containers,
    hash: nodeHash({ networks, aliases, hosts, publish }),
  };
}

/** Hash of what belongs to the node itself. */
export function nodeHash({
  networks,
  aliases,
  hosts,
  publish,
}: Pick<NodeSpec, 'networks' | 'aliases' | 'publish'> & {
  readonly hosts?: NodeSpec['hosts'] | undefined;
}): string {
  return contentHash([networks, aliases, publish, ...(hosts === undefined ? [] : [{ hosts }])]);
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
    ...(program.engine && { engine: program.engine.name, engineVersion: program.engine.version }),
    ...(program.image === undefined ? {} : { image: program.image }),
    rootfs: program.rootfs,
    argv: program.argv,
    ...(program.args && { args: program.args }),
    env: { ...program.env, ...container.env },
    files: [...program.files, ...own, ...certs.map(({ file }) => file)],
    volumes: [...(program.volumes ?? []), ...container.volumes],
    ...(user === undefined ? {} : { user }),
    ...(workdir === undefined ? {} : { workdir }),
    ready: container.ready ?? program.ready,
    dependsOn: container.dependsOn,
    once: container.once,
    ...(program.steered && { steered: program.steered }),
  };
  return { ...spec, hash: containerHash(spec, inputs, certs) };
}

interface Program {
  readonly rootfs: RootfsSpec;
  readonly argv: readonly string[];
  readonly args?: readonly string[] | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly files: readonly FileSpec[];
  readonly volumes?: readonly VolumeSpec[];
  readonly ready: ReadyProbe;
  readonly engine?: Pick<ReadyEngine, 'name' | 'version'> | undefined;
  readonly steered?: SteeredSpec | undefined;
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
    const words = engineOf(node.name, container, options.choices.engine, options.defaultEngine)!;
    const engine = inputs.engines.get(words)!;
    const { programs } = options;
    const { sharedNetwork } = inputs;
    const config = inputs.configs.get(program.config)!;
    const request = { container: container.name, config, programs, args: program.args, sharedNetwork };
    return { ...engine.program(request), engine };
  }
  if (program.image === undefined && program.reference !== undefined) {
    const { reference, command, args } = program;
    return {
      rootfs: { name: reference, programs: [], files: [], reference },
      argv: command === undefined ? [] : [...command, ...(args ?? [])],
      args: command === undefined ? args : undefined,
      env: {},
      files: [],
      ready: { kind: 'started' },
      image: reference,
    };
  }
  if (program.image === undefined) {
    const rootfs = { name: 'base', programs: programsOf(program.command ?? [], inputs), files: [] };
    return { rootfs, argv: program.command ?? [], env: {}, files: [], ready: { kind: 'started' } };
  }
  const image = inputs.images.get(program.image)!;
  const port = image.ports.find(({ protocol }) => protocol === 'tcp')?.port;
  // A command in the place of the image's may be a program of the machine, or one of its files.
  const more = programsOf(program.command ?? [], inputs).filter(
    ({ name, hostPath }) => hostPath !== undefined && !image.programs.includes(name),
  );
  return {
    argv: [...(program.command ?? image.command), ...(program.args ?? [])],
    env: image.env,
    rootfs: {
      name: image.name,
      programs: [...image.programs.map((name) => programNamed(name, inputs)), ...more],
      files: image.files.map(({ hostPath, path }): FileSpec => ({ path, from: { hostPath } })),
      ...(image.machine.files.length === 0 ? {} : { machineFiles: image.machine.files }),
      ...(image.base === undefined ? {} : { base: image.base }),
    },
    files: [],
    ready: image.ready ?? (port === undefined ? { kind: 'started' } : { kind: 'tcp', port }),
    image: image.name,
    user: image.user,
    workdir: image.workdir,
  };
}

/** The program a command starts by its bare name; none when it is a path. */
function programsOf([name]: readonly string[], inputs: Inputs): ProgramSpec[] {
  return name === undefined || name.includes('/') ? [] : [programNamed(name, inputs)];
}

function programNamed(name: string, { programs }: Inputs): ProgramSpec {
  const hostPath = programs.get(name);
  return hostPath === undefined ? { name } : { name, hostPath };
}

/** Files count by content, minted ones by what they were minted for. */
function containerHash(
  spec: Omit<ContainerSpec, 'hash'>,
  inputs: Inputs,
  certs: readonly CertFile[],
): string {
  const hashed = ({ path, from, mode }: FileSpec) => {
    const cert = certs.find(({ file }) => file.path === path);
    const content = 'content' in from ? contentHash(from.content) : inputs.hashes.get(from.hostPath);
    return [path, cert?.hash ?? content, mode];
  };
  const rootfs = { ...spec.rootfs, files: spec.rootfs.files.map(hashed) };
  return contentHash({ ...spec, rootfs, files: spec.files.map(hashed) });
}
