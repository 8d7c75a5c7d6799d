import { setTimeout as delay } from 'node:timers/promises';
import type { ObservedLab, ObservedNode, RunningLab } from '../runtime/runtime.ts';
import { type AdminAddress, adminGet, adminsOf } from './admin.ts';
import { missingEndpoint } from './known-endpoints.ts';
import { at, clustersOf, configOf, list, text } from './topology/clusters.ts';

/** A proxy's cluster and the node whose replicas it should list. */
export interface ClusterUse {
  readonly admin: AdminAddress;
  readonly cluster: string;
  /** Node names in the sandbox. */
  readonly groups: readonly string[];
  /** Whether it names nothing but nodes, so that any other address in it is one that is gone. */
  readonly onlyNodes: boolean;
}

/** How long proxies may take to learn of a change, ms. */
export const knownTimeoutMs = 10_000;
/** Between two looks at `/clusters`, ms. */
const pollMs = 50;

/**
 * Waits until every proxy whose config names a node (in a STRICT_DNS cluster) lists all running replicas of it in
 * `/clusters`, and none that is gone, and every service sends to all ready replicas.
 *
 * @returns what is still not so when the time is over, as sentences
 */
export async function waitForKnownReplicas(
  lab: RunningLab,
  options: {
    readonly groups?: ReadonlySet<string>;
    readonly timeoutMs: number;
    readonly signal: AbortSignal;
  },
): Promise<readonly string[]> {
  const deadline = performance.now() + options.timeoutMs;
  for (;;) {
    const observed = await lab.observe();
    const uses = clusterUses(observed).filter(
      ({ groups }) => options.groups === undefined || groups.some((group) => options.groups?.has(group)),
    );
    const services = observed.nodes.filter(
      ({ spec: { service, group } }) =>
        service !== undefined &&
        (options.groups === undefined || [group, service.selects].some((name) => options.groups?.has(name))),
    );
    const answers = await Promise.all([
      ...uses.map((use) => missingFrom(lab, observed, use, options.signal)),
      ...services.map((service) => missingEndpoint(lab, observed, service)),
    ]);
    const missing = answers.filter((sentence) => sentence !== undefined);
    if (missing.length === 0 || performance.now() >= deadline) return missing;
    await delay(pollMs, undefined, { signal: options.signal });
  }
}

/** Which clusters of which proxies name nodes of the lab. Pure. */
export function clusterUses(lab: ObservedLab): ClusterUse[] {
  const groupOf = new Map(
    lab.nodes.flatMap(({ spec }) => [spec.group, ...spec.aliases].map((name) => [name, spec.group] as const)),
  );
  return lab.nodes.flatMap((node) => {
    const admins = adminsOf(node);
    return node.spec.containers.flatMap((container): ClusterUse[] => {
      const admin = admins.find((candidate) => candidate.container === container.name);
      if (admin === undefined) return [];
      return clustersOf(configOf(container))
        .filter(({ type }) => type === 'STRICT_DNS')
        .map(({ name, endpoints }) => {
          const named = endpoints
            .map(({ address }) => groupOf.get(address))
            .filter((group) => group !== undefined);
          const onlyNodes = named.length === endpoints.length;
          return { admin, cluster: name, groups: [...new Set(named)], onlyNodes };
        })
        .filter(({ groups }) => groups.length > 0);
    });
  });
}

async function missingFrom(
  lab: RunningLab,
  observed: ObservedLab,
  use: ClusterUse,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const clusters = JSON.parse(await adminGet(lab, use.admin, '/clusters?format=json', signal)) as unknown;
    return compareCluster(observed, use, clusters);
  } catch (error) {
    signal.throwIfAborted();
    return (error as Error).message;
  }
}

/** What a proxy's `/clusters?format=json` lacks or has too many, as a sentence; undefined when it is right. Pure. */
export function compareCluster(
  observed: ObservedLab,
  use: ClusterUse,
  clusters: unknown,
): string | undefined {
  const status = list(at(clusters, 'cluster_statuses')).find(
    (cluster) => at(cluster, 'name') === use.cluster,
  );
  const listed = list(at(status, 'host_statuses')).map((host) =>
    text(at(host, 'address', 'socket_address', 'address')),
  );
  const who = `${use.admin.node}/${use.admin.container}`;
  for (const node of observed.nodes) {
    if (!use.groups.includes(node.spec.group) || !runs(node)) continue;
    const addresses = Object.values(node.addresses);
    if (!addresses.some((address) => listed.includes(address))) {
      return `cluster ${use.cluster} of ${who} does not list ${node.spec.name}`;
    }
  }
  if (!use.onlyNodes) return undefined;
  const known = new Set(observed.nodes.flatMap((node) => Object.values(node.addresses)));
  const gone = listed.find((address) => address !== undefined && !known.has(address));
  return gone === undefined
    ? undefined
    : `cluster ${use.cluster} of ${who} still lists ${gone}, which is gone`;
}

function runs(node: ObservedNode): boolean {
  return node.containers.every(({ state }) => state === 'ready' || state === 'starting');
}
