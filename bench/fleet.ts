import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const sandboxes = fileURLToPath(new URL('../sandboxes', import.meta.url));

/** Writes a sandbox of one front proxy before `count` services, each an app behind a sidecar. */
export async function fleet(folder: string, count: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  await cp(join(sandboxes, 'front-proxy', 'service-envoy.yaml'), join(folder, 'service-envoy.yaml'));
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const services = numbers.map((n) => [
    `service${n}`,
    {
      containers: {
        app: { image: 'hello', env: { SERVICE_NAME: String(n) } },
        sidecar: { envoy: 'service-envoy.yaml' },
      },
    },
  ]);
  const front = { envoy: 'front-envoy.yaml', publish: { http: 8080, admin: 8001 } };
  const sandbox = {
    name: 'fleet',
    summary: `One front proxy before ${count} services.`,
    nodes: { 'front-envoy': front, ...Object.fromEntries(services) },
  };
  await writeFile(join(folder, 'sandbox.yaml'), JSON.stringify(sandbox, null, 1));
  await writeFile(join(folder, 'front-envoy.yaml'), JSON.stringify(frontConfig(numbers), null, 1));
}

const address = (port: number) => ({ socket_address: { address: '0.0.0.0', port_value: port } });

function frontConfig(numbers: readonly number[]): unknown {
  const type = 'type.googleapis.com/envoy.extensions.filters';
  const routes = numbers.map((n) => ({
    match: { path: `/service/${n}` },
    route: { cluster: `service${n}` },
  }));
  const router = {
    name: 'envoy.filters.http.router',
    typed_config: { '@type': `${type}.http.router.v3.Router` },
  };
  const typed_config = {
    '@type': `${type}.network.http_connection_manager.v3.HttpConnectionManager`,
    stat_prefix: 'ingress_http',
    route_config: { virtual_hosts: [{ name: 'services', domains: ['*'], routes }] },
    http_filters: [router],
  };
  const filter_chains = [
    { filters: [{ name: 'envoy.filters.network.http_connection_manager', typed_config }] },
  ];
  const clusters = numbers.map((n) => {
    const endpoint = { address: { socket_address: { address: `service${n}`, port_value: 8000 } } };
    return {
      name: `service${n}`,
      type: 'STRICT_DNS',
      dns_refresh_rate: '0.25s',
      load_assignment: { cluster_name: `service${n}`, endpoints: [{ lb_endpoints: [{ endpoint }] }] },
    };
  });
  return {
    admin: { address: address(8001) },
    static_resources: { listeners: [{ address: address(8080), filter_chains }], clusters },
  };
}
