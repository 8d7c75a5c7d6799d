// The first start of a program keeps what V8 compiled of it for later ones (bin/load.js): here is one that does what they will do.
// Where it fails, as on a machine that has no runtime, what was compiled until then is kept all the same.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

/** @param root folder of the package, with its bundles built */
export async function rehearse(root) {
  const folder = mkdtempSync(join(tmpdir(), 'envoy-lab-build-'));
  try {
    const proxy = startAndEndProxy(join(root, 'bin', 'envoy-lab-proxy.js'), folder);
    await Promise.allSettled([proxy, dryRun(join(root, 'bin', 'envoy-lab.js'), folder)]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function dryRun(program, folder) {
  const words = [program, 'up', 'front-proxy', '--dry-run', '--runtime', 'process'];
  // Code is only good for the flags it was compiled under.
  const env = { ...process.env, XDG_STATE_HOME: folder, NODE_OPTIONS: '' };
  await promisify(execFile)(process.execPath, words, { env, timeout: 20_000 });
}

async function startAndEndProxy(program, folder) {
  const admin = join(folder, 'admin');
  const flags = [
    '--config-yaml',
    JSON.stringify(sidecar()),
    '--admin-address-path',
    admin,
    '--log-level',
    'off',
  ];
  const child = spawn(process.execPath, [program, ...flags], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  try {
    const deadline = Date.now() + 10_000;
    const isOver = () => Date.now() > deadline || child.exitCode !== null;
    while (!existsSync(admin) && !isOver()) await delay(20);
    const base = `http://${readFileSync(admin, 'utf8')}`;
    while (!(await get(`${base}/ready`)).ok && !isOver()) await delay(20);
    const [listener] = (await (await get(`${base}/listeners?format=json`)).json()).listener_statuses;
    const { address, port_value } = listener.local_address.socket_address;
    await get(`http://${address}:${port_value}/`);
    await get(`${base}/clusters?format=json`);
  } finally {
    child.kill();
    const late = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await ended;
    clearTimeout(late);
  }
}

const get = (url) => fetch(url, { signal: AbortSignal.timeout(5_000) });

/** What most proxies of sandboxes have: a listener, a route, a cluster that is a name. Nobody answers for the cluster. */
function sidecar() {
  const address = (port) => ({ socket_address: { address: '127.0.0.1', port_value: port } });
  const typed = (name, type, fields) => ({
    name: `envoy.${name}`,
    typed_config: { '@type': `type.googleapis.com/envoy.extensions.${type}`, ...fields },
  });
  const routes = [{ match: { prefix: '/' }, route: { cluster: 'app' } }];
  const manager = {
    stat_prefix: 'http',
    access_log: [typed('access_loggers.stdout', 'access_loggers.stream.v3.StdoutAccessLog')],
    route_config: { virtual_hosts: [{ name: 'all', domains: ['*'], routes }] },
    http_filters: [typed('filters.http.router', 'filters.http.router.v3.Router')],
  };
  const network = 'filters.network.http_connection_manager';
  const filters = [typed(network, `${network}.v3.HttpConnectionManager`, manager)];
  const lb_endpoints = [
    { endpoint: { address: { socket_address: { address: 'localhost', port_value: 1 } } } },
  ];
  const load_assignment = { cluster_name: 'app', endpoints: [{ lb_endpoints }] };
  return {
    admin: { address: address(0) },
    static_resources: {
      listeners: [{ name: 'in', address: address(0), filter_chains: [{ filters }] }],
      clusters: [{ name: 'app', type: 'STRICT_DNS', load_assignment }],
    },
  };
}
