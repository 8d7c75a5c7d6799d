import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

interface Cluster {
  name: string;
  type: string;
  load_assignment: unknown;
}

export interface Manager {
  access_log?: unknown[];
  route_config: { virtual_hosts: { routes: unknown[] }[] };
  [field: string]: unknown;
}

export interface Bootstrap {
  admin: { address: unknown };
  static_resources: {
    listeners: {
      name: string;
      address: unknown;
      filter_chains: { filters: { typed_config: Manager }[] }[];
    }[];
    clusters: Cluster[];
  };
}

const sandbox = new URL('../../sandboxes/front-proxy/', import.meta.url);

/** The front proxy's own configuration, its two services on this port, without its access log. */
export function frontProxy(upstream: number): Bootstrap {
  return onLoopback('front-envoy.yaml', upstream);
}

/** The configuration of the services' sidecars, the app on this port, without its access log. */
export function sidecar(upstream: number): Bootstrap {
  return onLoopback('service-envoy.yaml', upstream);
}

/** The connection manager, which all listeners of the front proxy share. */
export function managerOf(bootstrap: Bootstrap): Manager {
  return bootstrap.static_resources.listeners[0]!.filter_chains[0]!.filters[0]!.typed_config;
}

/** A cluster of one endpoint on the loopback. */
export function cluster(name: string, port: number): Cluster {
  const endpoint = { address: address(port) };
  return {
    name,
    type: 'STATIC',
    load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: [{ endpoint }] }] },
  };
}

function onLoopback(file: string, upstream: number): Bootstrap {
  const bootstrap = parse(readFileSync(new URL(file, sandbox), 'utf8')) as Bootstrap;
  const { listeners, clusters } = bootstrap.static_resources;
  bootstrap.admin.address = address(0);
  for (const listener of listeners) listener.address = address(0);
  bootstrap.static_resources.clusters = clusters.map(({ name }) => cluster(name, upstream));
  delete managerOf(bootstrap).access_log;
  return bootstrap;
}

function address(port: number): unknown {
  return { socket_address: { address: '127.0.0.1', port_value: port } };
}
