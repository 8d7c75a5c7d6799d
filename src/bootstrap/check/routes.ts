import type { Path } from '../../document/document.ts';
import { suggest } from '../../document/suggest.ts';
import { unpack } from '../any.ts';
import type { envoy } from '../api.generated.ts';
import type { Check, IsWhole, Report } from './check.ts';
import { connectionManagers, filterLists } from './connection-managers.ts';
import { covers } from './shadow.ts';

type RouteConfiguration = envoy.config.route.v3.RouteConfiguration;
type Route = envoy.config.route.v3.Route;
type VirtualHost = envoy.config.route.v3.VirtualHost;

/** Routes to clusters that are not there, domains that are taken, routes that never match. */
export const checkRoutes: Check = (bootstrap, report, isWhole) => {
  const clusters = new Set((bootstrap.static_resources?.clusters ?? []).map(({ name }) => name));
  const allNamed = (bootstrap.static_resources?.clusters ?? []).every(
    (cluster) => isWhole(cluster) || cluster.name !== undefined,
  );
  const discovered = bootstrap.dynamic_resources?.cds_config !== undefined;
  const unknown: UnknownCluster = (path, name, message, severity = 'error') => {
    if (clusters.has(name) || !allNamed) return;
    const near = suggest(name, clusters);
    report(
      severity,
      path,
      `${message} '${name}'`,
      near === undefined ? undefined : `did you mean "${near}"?`,
    );
  };
  for (const { value: manager, path } of connectionManagers(bootstrap)) {
    const config = manager.route_config;
    if (config === undefined) continue;
    const at = [...path, 'route_config'];
    checkDomains(config, at, report);
    const validated = config.validate_clusters ?? true;
    for (const [i, host] of (config.virtual_hosts ?? []).entries()) {
      const hostPath = [...at, 'virtual_hosts', i];
      findShadowed(host, hostPath, report);
      for (const [j, route] of (host.routes ?? []).entries()) {
        checkWeights(route, [...hostPath, 'routes', j], report, isWhole);
        if (validated) checkClusters(route, [...hostPath, 'routes', j], unknown);
      }
    }
  }
  if (discovered) return;
  for (const { value: filters, path } of filterLists(bootstrap)) {
    for (const [i, filter] of filters.entries()) {
      const proxy = unpack(filter.typed_config, 'envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy');
      if (proxy?.cluster === undefined) continue;
      unknown(
        [...path, i, 'typed_config', 'cluster'],
        proxy.cluster,
        'tcp_proxy: unknown cluster',
        'warning',
      );
    }
  }
};

type UnknownCluster = (path: Path, name: string, message: string, severity?: 'error' | 'warning') => void;

function checkClusters({ route }: Route, path: Path, unknown: UnknownCluster): void {
  if (route === undefined) return;
  const at = [...path, 'route'];
  if (route.cluster !== undefined) unknown([...at, 'cluster'], route.cluster, 'route: unknown cluster');
  for (const [i, { name }] of (route.weighted_clusters?.clusters ?? []).entries()) {
    if (!name) continue;
    unknown([...at, 'weighted_clusters', 'clusters', i, 'name'], name, 'route: unknown weighted cluster');
  }
  for (const [i, { cluster }] of (route.request_mirror_policies ?? []).entries()) {
    if (!cluster) continue;
    unknown([...at, 'request_mirror_policies', i, 'cluster'], cluster, 'route: unknown shadow cluster');
  }
}

function checkWeights({ route }: Route, path: Path, report: Report, isWhole: IsWhole): void {
  const weighted = route?.weighted_clusters;
  if (!weighted?.clusters || weighted.header_name || weighted.clusters.length === 0) return;
  if (!weighted.clusters.every(isWhole)) return;
  const sum = weighted.clusters.reduce((total, { weight = 0 }) => total + weight, 0);
  if (sum > 0) return;
  const message = 'Sum of weights in the weighted_cluster must be greater than 0.';
  report('error', [...path, 'route', 'weighted_clusters'], message);
}

function checkDomains(config: RouteConfiguration, path: Path, report: Report): void {
  const seen = new Set<string>();
  for (const [i, host] of (config.virtual_hosts ?? []).entries()) {
    for (const [j, written] of (host.domains ?? []).entries()) {
      const domain = written.toLowerCase();
      const at = [...path, 'virtual_hosts', i, 'domains', j];
      if (seen.has(domain)) {
        const of = `in route ${config.name ?? ''}`;
        report(
          'error',
          at,
          domain === '*'
            ? `Only a single wildcard domain is permitted ${of}`
            : `Only unique values for domains are permitted. Duplicate entry of domain ${domain} ${of}`,
        );
      }
      seen.add(domain);
    }
  }
}

/** Warns of routes that an earlier one of the same virtual host leaves nothing to. */
function findShadowed({ name, routes = [] }: VirtualHost, path: Path, report: Report): void {
  for (const [i, route] of routes.entries()) {
    const earlier = routes.findIndex(
      (other, j) => j < i && other.match && route.match && covers(other.match, route.match),
    );
    if (earlier < 0) continue;
    const message = `this route never matches: routes[${earlier}] of virtual host '${name}' takes all its requests`;
    report('warning', [...path, 'routes', i], message);
  }
}
