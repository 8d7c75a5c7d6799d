import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import type { Server } from '../server/server.ts';
import { ask, askJson, fakeServer } from './admin.fake.ts';
import { parseQuery } from './query.ts';
import { adminHandlers } from './registry.ts';

const endpoint = { address: { socket_address: { address: '127.0.0.1', port_value: 1 } } };
const cluster = (name: string) => ({
  name,
  type: 'STATIC',
  connect_timeout: '0.25s',
  load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: [{ endpoint }] }] },
});

const hcm = {
  '@type':
    'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
  stat_prefix: 'in',
  route_config: {
    name: 'r',
    virtual_hosts: [
      {
        name: 'v',
        domains: ['*'],
        routes: [{ match: { prefix: '/' }, route: { cluster: 'c', timeout: '1.5s' } }],
      },
    ],
  },
  http_filters: [
    {
      name: 'router',
      typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' },
    },
  ],
};

const socketAddress = { socket_address: { address: '127.0.0.1', port_value: 0 } };

let server: Server;
let plain: Server;
before(async () => {
  server = await fakeServer({
    node: { id: 'n', cluster: 'nc' },
    admin: { address: socketAddress, allow_paths: [{ prefix: '/ready' }, { exact: '/nope' }] },
    layered_runtime: {
      layers: [
        { name: 'a', static_layer: { k: 1 } },
        { name: 'b', admin_layer: {} },
      ],
    },
    static_resources: {
      clusters: [cluster('c'), cluster('dead')],
      listeners: [
        {
          name: 'l',
          address: socketAddress,
          filter_chains: [{ filters: [{ name: 'hcm', typed_config: hcm }] }],
        },
      ],
    },
  });
  plain = await fakeServer({});
});
after(async () => {
  await server.shutdown();
  await plain.shutdown();
});

test('every page has its path to itself, and help lists all', () => {
  const paths = adminHandlers.map(({ path }) => path);
  assert.equal(new Set(paths).size, paths.length);
  const help = ask(server, '/help').body;
  for (const { path, mutates } of adminHandlers)
    assert.ok(help.includes(`  ${path}${mutates ? ' (POST)' : ''}: `));
  assert.match(help, /^admin commands are:\n {2}\/: Admin home page\n {2}\/allocprofiler \(POST\): /);
  assert.match(help, /\n {6}format: File format to use; One of \(text, json\)\n/);
});

test('the home page links to what reads and has forms for what changes', () => {
  const { body, contentType } = ask(server, '/');
  assert.equal(contentType, 'text/html; charset=UTF-8');
  assert.match(body, /<a href='ready'>/);
  assert.match(body, /<form action='reset_counters' method='post'/);
});

test('queries are decoded as Envoy decodes them', () => {
  assert.deepEqual(
    [...parseQuery('a=1&a=2&b&c=%2541&d=x+y&%65=f&bad=%zz')],
    [
      ['a', '2'],
      ['b', ''],
      ['c', '%41'],
      ['d', 'x+y'],
      ['e', 'f'],
      ['bad', '%zz'],
    ],
  );
});

test('/ready follows the state and the health check', () => {
  assert.deepEqual(ask(server, '/ready'), { status: 503, body: 'INITIALIZING\n' });
  assert.deepEqual(ask(server, '/healthcheck/fail', 'POST'), { body: 'OK\n' });
  assert.equal(server.stats.gauge('server.live').value, 0);
  ask(server, '/healthcheck/ok', 'POST');
  assert.equal(server.stats.gauge('server.live').value, 1);
});

test('/clusters as text', () => {
  const lines = ask(server, '/clusters?filter=^d').body.split('\n');
  assert.deepEqual(lines.slice(0, 12), [
    'dead::observability_name::dead',
    'dead::default_priority::max_connections::1024',
    'dead::default_priority::max_pending_requests::1024',
    'dead::default_priority::max_requests::1024',
    'dead::default_priority::max_retries::3',
    'dead::high_priority::max_connections::1024',
    'dead::high_priority::max_pending_requests::1024',
    'dead::high_priority::max_requests::1024',
    'dead::high_priority::max_retries::3',
    'dead::added_via_api::false',
    'dead::127.0.0.1:1::cx_active::0',
    'dead::127.0.0.1:1::cx_connect_fail::0',
  ]);
  assert.equal(lines.at(-2), 'dead::127.0.0.1:1::local_origin_success_rate::-1');
  assert.deepEqual(ask(server, '/clusters?filter=('), { status: 400, body: 'Invalid re2 regex' });
});

test('/clusters as JSON leaves zeroes out', () => {
  const thresholds = {
    max_connections: 1024,
    max_pending_requests: 1024,
    max_requests: 1024,
    max_retries: 3,
  };
  const gauge = (name: string) => ({ type: 'GAUGE', name });
  const counters = ['cx_connect_fail', 'cx_total', 'rq_error', 'rq_success', 'rq_timeout', 'rq_total'];
  assert.deepEqual(askJson(server, '/clusters?format=json&filter=dead'), {
    cluster_statuses: [
      {
        name: 'dead',
        host_statuses: [
          {
            address: { socket_address: { address: '127.0.0.1', port_value: 1 } },
            stats: [
              ...counters.map((name) => ({ name })),
              ...['cx_active', 'rq_active', 'rq_pending_active'].map(gauge),
            ],
            health_status: { eds_health_status: 'HEALTHY' },
            weight: 1,
            locality: {},
          },
        ],
        circuit_breakers: { thresholds: [thresholds, { priority: 'HIGH', ...thresholds }] },
        observability_name: 'dead',
      },
    ],
  });
});

test('/runtime and /runtime_modify', () => {
  const values = (key: string) => server.runtime.dump().entries[key]?.layer_values;
  assert.deepEqual(askJson(server, '/runtime'), {
    layers: ['a', 'b'],
    entries: { k: { layer_values: ['1', ''], final_value: '1' } },
  });
  assert.deepEqual(ask(server, '/runtime_modify?k=2&x%20y=3', 'POST'), { body: 'OK\n' });
  assert.deepEqual(values('k'), ['1', '2']);
  assert.deepEqual(values('x y'), ['', '3']);
  ask(server, '/runtime_modify', 'POST', 'k=&x%20y=');
  assert.deepEqual(values('k'), ['1', '']);
  assert.equal(ask(server, '/runtime_modify', 'POST').status, 400);
  assert.deepEqual(ask(plain, '/runtime_modify?a=b', 'POST'), {
    status: 503,
    body: 'No admin layer specified',
  });
});

test('/logging shows and sets levels', () => {
  const levelOf = (name: string) => server.loggers.find(name)?.level;
  assert.match(ask(server, '/logging', 'POST').body, /^active loggers:\n {2}admin: warning\n/);
  ask(server, '/logging?level=info', 'POST');
  ask(server, '/logging?http=debug', 'POST');
  ask(server, '/logging?paths=admin:trace,router:off', 'POST');
  assert.deepEqual(['main', 'http', 'admin', 'router'].map(levelOf), ['info', 'debug', 'trace', 'off']);
  const refused = {
    '/logging?level=nope': 'unknown logger level',
    '/logging?nope=debug': 'unknown logger name',
    '/logging?paths=main:error,nope:debug': 'unknown logger name',
    '/logging?a=b&c=d': 'invalid number of parameters',
  };
  for (const [target, problem] of Object.entries(refused)) {
    const { status, body } = ask(server, target, 'POST');
    assert.equal(status, 400);
    assert.ok(body.startsWith(`error: ${problem}\n\nusage: /logging?<name>=<level> (change single level)\n`));
  }
  assert.equal(levelOf('main'), 'info');
});

test('counters are reset, gauges are not', () => {
  server.stats.counter('x.count').add(3);
  server.stats.gauge('x.level').set(3);
  ask(server, '/reset_counters', 'POST');
  assert.equal(server.stats.counter('x.count').value, 0);
  assert.equal(server.stats.gauge('x.level').value, 3);
});

test('/server_info tells who this is', () => {
  const info = askJson(server, '/server_info') as Record<string, Record<string, unknown>>;
  assert.equal(info.node?.id, 'n');
  assert.equal(info.node?.cluster, 'nc');
  assert.equal(info.command_line_options?.drain_time, '600s');
  assert.equal(info.command_line_options?.file_flush_interval, '0.020s');
});

test('pages about what is not there', () => {
  assert.deepEqual(ask(server, '/cpuprofiler', 'POST'), { status: 400, body: '?enable=<y|n>\n' });
  assert.equal(ask(server, '/cpuprofiler?enable=y', 'POST').body, 'failure to start the profiler');
  assert.equal(ask(server, '/heapprofiler', 'POST').status, 501);
  assert.equal(ask(server, '/init_dump').body, '{}\n');
  assert.equal(ask(plain, '/certs').body, '{\n "certificates": []\n}\n');
  assert.equal(ask(plain, '/listeners?format=json').body, '{}\n');
});

/** One request on a connection of its own, as text. */
async function exchange(address: string, request: string): Promise<string> {
  const [host, port] = address.split(':');
  const socket = connect(Number(port), host);
  socket.write(`${request}\r\nhost: a\r\nconnection: close\r\n\r\n`);
  let text = '';
  for await (const data of socket) text += data;
  return text;
}

test('over a socket: paths that are allowed, methods, unknown paths', async () => {
  const address = await server.startAdmin();
  assert.ok(address);
  const status = async (request: string) => (await exchange(address, `${request} HTTP/1.1`)).split('\r\n')[0];
  assert.equal(await status('GET /ready'), 'HTTP/1.1 503 Service Unavailable');
  assert.equal(await status('GET //ready'), 'HTTP/1.1 503 Service Unavailable');
  assert.equal(await status('GET /stats'), 'HTTP/1.1 403 Forbidden');
  const unknown = await exchange(address, 'GET /nope HTTP/1.1');
  assert.match(unknown, /^HTTP\/1\.1 404 Not Found\r\n/);
  assert.match(unknown, /\r\ncache-control: no-cache, max-age=0\r\nx-content-type-options: nosniff\r\n/);
  assert.match(unknown, /invalid path\. admin commands are:\n/);
});
