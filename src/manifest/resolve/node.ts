import { isIP } from 'node:net';
import type { Path } from '../../document/document.ts';
import { formatPath } from '../../document/problem.ts';
import type { Origin } from '../origins.ts';
import type { ContainerFields } from '../schema/pod.ts';
import { resolveContainer } from './container.ts';
import type { PodContext } from './env.ts';
import type { ImageRules } from './images.ts';
import { PROBES } from './probe.ts';
import { checkUnique } from './unique.ts';
import { type FolderFile, resolveVolumes, type Volume } from './volumes.ts';

/** A node of the sandbox file, and what the folder needs for it. */
export interface ResolvedNode {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly content: readonly FolderFile[];
  readonly directories: readonly string[];
  /** Images of registries that rules put one of ours in the place of. */
  readonly ruled: readonly string[];
  /** Where the containers' images stand, by the containers' names. */
  readonly images: ReadonlyMap<string, Origin>;
}

/** The node of a workload; problems go to the context. */
export function resolveNode(
  context: PodContext,
  rules: ImageRules,
  aliases: readonly string[],
): ResolvedNode {
  const { pod } = context;
  const volumes = resolveVolumes(context);
  const shared = sharedVolumes(context, volumes);
  const inits = pod.spec.initContainers ?? [];
  const before: Record<string, 'ready' | 'done'> = {};
  const containers: Record<string, unknown> = {};
  const content: FolderFile[] = [];
  const directories: string[] = [];
  const ruled: string[] = [];
  const images = new Map<string, Origin>();
  const add = (container: ContainerFields, list: string, index: number): void => {
    const init = list === 'initContainers';
    const sidecar = container.restartPolicy === 'Always';
    const path = [...pod.path, list, index];
    if (sidecar && !init) {
      const hint = 'a container stays anyway';
      context.findings.problem(pod.object, [...path, 'restartPolicy'], 'is for initContainers', { hint });
    }
    if (Object.hasOwn(containers, container.name)) {
      context.findings.problem(pod.object, [...path, 'name'], 'there is a container of this name already');
    }
    if (init && !sidecar) checkInit(context, container, path);
    const job = init ? !sidecar : pod.job;
    const made = resolveContainer(context, container, path, { volumes, shared, rules, job });
    containers[container.name] = {
      ...made.fields,
      ...(Object.keys(before).length > 0 && { depends_on: { ...before } }),
    };
    images.set(container.name, { document: pod.object.document, path: [...path, 'image'] });
    content.push(...made.mounts.content);
    directories.push(...made.mounts.directories);
    if (made.ruled !== undefined) ruled.push(made.ruled);
    if (init) before[container.name] = sidecar ? 'ready' : 'done';
  };
  for (const [index, container] of inits.entries()) add(container, 'initContainers', index);
  for (const [index, container] of pod.spec.containers.entries()) add(container, 'containers', index);
  checkPorts(context);
  const fields = {
    ...(pod.replicas > 1 && { replicas: pod.replicas }),
    ...publishOf(pod.spec.containers),
    ...(aliases.length > 0 && { aliases }),
    ...hostsOf(context),
    containers,
  };
  return { fields, content, directories, ruled, images };
}

/** What runs to its end is never asked whether it is ready. */
function checkInit({ pod, findings }: PodContext, container: ContainerFields, path: Path): void {
  for (const probe of PROBES) {
    if (container[probe] === undefined) continue;
    findings.problem(pod.object, [...path, probe], 'is not for an init container that ends', { key: true });
  }
}

/** What the ports of all containers have to be different in. */
function checkPorts({ pod, findings }: PodContext): void {
  const hosts = new Map<string, Path>();
  for (const [index, { ports = [] }] of pod.spec.containers.entries()) {
    const path = [...pod.path, 'containers', index, 'ports'];
    checkUnique({ findings, object: pod.object }, ports, path, 'name', ({ name }) => name);
    for (const [number, { hostPort, protocol = 'TCP' }] of ports.entries()) {
      const key = `${hostPort}/${protocol}`;
      if (hostPort === undefined) continue;
      const at = [...path, number, 'hostPort'];
      if (hosts.has(key)) findings.problem(pod.object, at, `stands at ${formatPath(hosts.get(key)!)} too`);
      else hosts.set(key, at);
    }
  }
}

/** The empty volumes that several containers mount. */
function sharedVolumes({ pod, findings }: PodContext, volumes: ReadonlyMap<string, Volume>): Set<string> {
  const mounting = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].map(
    ({ volumeMounts }) => new Set(volumeMounts?.map(({ name }) => name)),
  );
  const shared = [...volumes.values()].filter(
    ({ kind, name }) => kind === 'empty' && mounting.filter((names) => names.has(name)).length > 1,
  );
  if (pod.replicas > 1) {
    for (const { name } of shared) {
      const index = pod.spec.volumes!.findIndex((volume) => volume.name === name);
      const why = 'its replicas share it: it is a directory of this machine';
      findings.note(pod.object, [...pod.path, 'volumes', index], why);
    }
  }
  return new Set(shared.map(({ name }) => name));
}

/** Ports that a pod opens on its host are published. */
function publishOf(containers: readonly ContainerFields[]): { publish?: Record<string, number | string> } {
  const ports = containers.flatMap(({ ports = [] }) =>
    ports.filter(({ hostPort }) => hostPort !== undefined),
  );
  if (ports.length === 0) return {};
  return {
    publish: Object.fromEntries(
      ports.map(({ name, containerPort, protocol }) => [
        name ?? `port-${containerPort}`,
        protocol === 'UDP' ? `${containerPort}/udp` : containerPort,
      ]),
    ),
  };
}

function hostsOf({ pod, findings }: PodContext): { hosts?: Record<string, string> } {
  const aliases = pod.spec.hostAliases ?? [];
  if (aliases.length === 0) return {};
  const hosts: Record<string, string> = {};
  for (const [index, { ip, hostnames = [] }] of aliases.entries()) {
    if (isIP(ip) === 0) {
      findings.problem(pod.object, [...pod.path, 'hostAliases', index, 'ip'], 'must be an IP address');
    }
    // Of a name that stands in several lines of /etc/hosts the first counts.
    for (const name of hostnames) hosts[name] ??= ip;
  }
  return { hosts };
}
