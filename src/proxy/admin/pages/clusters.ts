import { LabError } from '../../../error.ts';
import type { CircuitBreakers } from '../../cluster/circuit-breaker.ts';
import type { Cluster, Host, HostStats } from '../../cluster/cluster.ts';
import { addressText, healthFlags } from '../../cluster/host/endpoint.ts';
import { compileSearch } from '../../regex/regex.ts';
import { type AdminHandler, jsonResponse } from '../handler.ts';

/** `/clusters`: what is known of each cluster and its endpoints, as text or as envoy.admin.v3.Clusters. */
export const clusters: AdminHandler = {
  path: '/clusters',
  help: 'upstream cluster status',
  parameters: [{ name: 'filter', help: 'Regular expression (Google re2) for filtering clusters by name' }],
  handle({ query }, server) {
    let wanted = (_name: string): boolean => true;
    const filter = query.get('filter');
    if (filter !== null) {
      try {
        wanted = compileSearch(filter);
      } catch (error) {
        if (error instanceof LabError) return { status: 400, body: 'Invalid re2 regex' };
        throw error;
      }
    }
    server.refreshHosts();
    const shown = Array.from(server.clusters.clusters).filter(({ name }) => wanted(name));
    if (query.get('format') === 'json')
      return jsonResponse(shown.length === 0 ? {} : { cluster_statuses: shown.map(statusOf) });
    return { body: shown.map(textOf).join('') };
  },
};

/** Envoy's order of a host's numbers in the text. */
const statNames: readonly (readonly [name: string, stat: keyof HostStats])[] = [
  ['cx_active', 'cxActive'],
  ['cx_connect_fail', 'cxConnectFail'],
  ['cx_total', 'cxTotal'],
  ['rq_active', 'rqActive'],
  ['rq_error', 'rqError'],
  ['rq_pending_active', 'rqPendingActive'],
  ['rq_success', 'rqSuccess'],
  ['rq_timeout', 'rqTimeout'],
  ['rq_total', 'rqTotal'],
];
const isGauge = (name: string): boolean => name.endsWith('active');

function limits({ connections, pendingRequests, requests, retries }: CircuitBreakers) {
  return {
    max_connections: connections.max,
    max_pending_requests: pendingRequests.max,
    max_requests: requests.max,
    max_retries: retries.max,
  };
}

function textOf(cluster: Cluster): string {
  const lines: [string, unknown][] = [['observability_name', cluster.observabilityName]];
  for (const priority of ['default', 'high'] as const)
    for (const [name, limit] of Object.entries(limits(cluster.circuitBreakers[priority])))
      lines.push([`${priority}_priority::${name}`, limit]);
  lines.push(['added_via_api', cluster.addedViaApi]);
  for (const host of cluster.hosts)
    for (const [name, value] of hostFacts(host)) lines.push([`${addressText(host.address)}::${name}`, value]);
  return lines.map(([name, value]) => `${cluster.name}::${name}::${value}\n`).join('');
}

function hostFacts(host: Host): [string, unknown][] {
  return [
    ...statNames.map(([name, stat]): [string, unknown] => [name, host.stats[stat].value]),
    ['hostname', host.hostname],
    ['health_flags', healthFlags(host.health)],
    ['weight', host.weight],
    ['region', host.locality.region],
    ['zone', host.locality.zone],
    ['sub_zone', host.locality.subZone],
    ['canary', host.canary],
    ['priority', host.priority],
    // Outlier detection works these out, and there is none.
    ['success_rate', -1],
    ['local_origin_success_rate', -1],
  ];
}

function statusOf(cluster: Cluster): unknown {
  const { circuitBreakers } = cluster;
  return {
    name: cluster.name,
    ...(cluster.addedViaApi ? { added_via_api: true } : {}),
    ...(cluster.hosts.length > 0 ? { host_statuses: cluster.hosts.map(hostStatus) } : {}),
    circuit_breakers: {
      thresholds: [limits(circuitBreakers.default), { priority: 'HIGH', ...limits(circuitBreakers.high) }],
    },
    observability_name: cluster.observabilityName,
  };
}

/** Zeroes and empty strings are left out, as protobuf's JSON does. */
function hostStatus(host: Host): unknown {
  const { address, port } = host.address;
  const counters = statNames.filter(([name]) => !isGauge(name));
  const gauges = statNames.filter(([name]) => isGauge(name));
  const { region, zone, subZone } = host.locality;
  return {
    address:
      address.startsWith('/') || address.startsWith('@')
        ? { pipe: { path: address } }
        : { socket_address: { address, port_value: port } },
    stats: [...counters, ...gauges].map(([name, stat]) => ({
      ...(isGauge(name) ? { type: 'GAUGE' } : {}),
      ...(host.stats[stat].value === 0 ? {} : { value: String(host.stats[stat].value) }),
      name,
    })),
    health_status: healthStatus(host),
    weight: host.weight,
    ...(host.hostname === '' ? {} : { hostname: host.hostname }),
    ...(host.priority === 0 ? {} : { priority: host.priority }),
    locality: {
      ...(region === '' ? {} : { region }),
      ...(zone === '' ? {} : { zone }),
      ...(subZone === '' ? {} : { sub_zone: subZone }),
    },
  };
}

function healthStatus({ health }: Host): Record<string, unknown> {
  if (health === 'UNKNOWN' || health === 'HEALTHY') return { eds_health_status: 'HEALTHY' };
  return { eds_health_status: health };
}
