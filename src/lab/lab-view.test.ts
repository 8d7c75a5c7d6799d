import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { knownPorts, labView } from './lab-view.ts';
import { container, lab, node, observed } from './specs.fake.ts';

const listener = (port: number, more: object = {}) => ({
  name: `l${port}`,
  address: { socket_address: { address: '0.0.0.0', port_value: port, ...more } },
  filter_chains: [
    {
      filters: [
        {
          typed_config: {
            '@type': 'type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy',
            cluster: 'app',
          },
        },
      ],
      ...(port === 8443 ? { transport_socket: {} } : {}),
    },
  ],
});
const endpoint = { endpoint: { address: { socket_address: { address: '127.0.0.1', port_value: 9000 } } } };
const config = {
  static_resources: {
    listeners: [listener(8443), listener(80), listener(53, { protocol: 'UDP' }), listener(0)],
    clusters: [{ name: 'app', load_assignment: { endpoints: [{ lb_endpoints: [endpoint] }] } }],
  },
};
const files = [{ path: '/etc/envoy/envoy.yaml', from: { content: JSON.stringify(config) } }];
const proxy = container('sidecar', {
  kind: 'engine',
  engine: 'envoy',
  engineVersion: '1.40.0',
  files,
  ready: { kind: 'admin', addressFile: '/admin', address: { host: '127.0.0.1', port: 9901 } },
});
const publish = [
  { name: 'https', port: 8443, protocol: 'tcp', hostPort: 18_443, pinned: false },
  { name: 'dns', port: 53, protocol: 'udp', hostPort: 10_053, pinned: false },
  { name: 'extra', port: 7000, protocol: 'tcp', hostPort: 17_000, pinned: false },
] as const;
const spec = lab(
  node('web', [container('app', { image: 'hello' }), proxy], { publish, aliases: ['www.example.com'] }),
  node('db', [container('store', { argv: ['/usr/bin/redis-server'], ready: { kind: 'tcp', port: 6379 } })]),
  node('job', [container('once', { once: true })]),
);

describe('labView', () => {
  const view = labView(
    observed(spec, (name) =>
      name === 'job-1/once'
        ? { state: 'exited', exitCode: 3 }
        : name === 'web-1/sidecar'
          ? { admin: { host: '127.0.0.1', port: 9901 } }
          : {},
    ),
    knownPorts(spec.nodes),
  );
  const [web, db, job] = view.nodes;

  it('knows every TCP port that specs, configs and publishing tell of', () => {
    assert.deepEqual(web!.ports, [
      { port: 80, kind: 'listener', container: 'sidecar', tls: false, name: 'l80' },
      { port: 7000, kind: 'app', tls: false, name: 'extra', hostPort: 17_000 },
      { port: 8443, kind: 'listener', container: 'sidecar', tls: true, name: 'https', hostPort: 18_443 },
      { port: 9000, kind: 'app', container: 'app', tls: false },
      { port: 9901, kind: 'admin', container: 'sidecar', tls: false },
    ]);
    assert.deepEqual(db!.ports, [{ port: 6379, kind: 'app', container: 'store', tls: false }]);
    assert.deepEqual(job!.ports, []);
  });

  it('shows an admin interface that is not up yet, and one whose port nobody knew', () => {
    const specs = lab(
      node('a', [
        container('envoy', { kind: 'engine', engine: 'ts', ready: { kind: 'admin', addressFile: '/admin' } }),
      ]),
    );
    const portsOf = (admin?: { host: string; port: number }) =>
      labView(
        observed(specs, () => (admin ? { admin } : {})),
        knownPorts(specs.nodes),
      ).nodes[0]!.ports;
    assert.deepEqual(portsOf(), []);
    assert.deepEqual(
      portsOf({ host: '127.0.0.1', port: 41_000 }).map(({ kind, port }) => [kind, port]),
      [['admin', 41_000]],
    );
    const early = labView(observed(spec), knownPorts(spec.nodes)).nodes[0]!.ports;
    assert.equal(early.find(({ kind }) => kind === 'admin')?.port, 9901);
  });

  it('shows the ports of a service, whoever balances', () => {
    const ports = [{ name: 'http', port: 80, targetPort: 8080, protocol: 'tcp' }] as const;
    for (const containers of [[], [container('forwarder')]]) {
      const pod = node('pod', [container('app')]);
      const served = lab(pod, node('shop', containers, { service: { selects: 'pod', ports } }));
      const { nodes } = labView(observed(served), knownPorts(served.nodes));
      const listener = { port: 80, kind: 'listener', tls: false, name: 'http' };
      const by = containers.map(({ name }) => ({ ...listener, container: name }))[0] ?? listener;
      assert.deepEqual(nodes[1]!.ports, [by]);
      assert.deepEqual(
        nodes[0]!.ports.map(({ port, container }) => [port, container]),
        [[8080, 'app']],
      );
    }
  });

  it('tells what runs, in what state, and under what names', () => {
    assert.deepEqual(
      view.nodes.flatMap(({ containers }) => containers.map(({ name, kind, runs }) => [name, kind, runs])),
      [
        ['app', 'app', 'hello'],
        ['sidecar', 'proxy', 'envoy@1.40.0'],
        ['store', 'app', 'redis-server'],
        ['once', 'app', 'run'],
      ],
    );
    assert.deepEqual(job!.containers[0], {
      name: 'once',
      kind: 'app',
      runs: 'run',
      state: 'exited',
      once: true,
      exitCode: 3,
    });
    assert.deepEqual(web!.names, ['www.example.com', '10.0.0.2']);
    assert.equal(view.runtime, 'fake');
  });
});
