import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FileSpec } from '../../runtime/node-spec.ts';
import { container, lab, node } from '../specs.fake.ts';
import { topologyOf } from './topology.ts';

const endpoint = (address: string, port_value: number) => ({
  endpoint: { address: { socket_address: { address, port_value } } },
});
const cluster = (name: string, ...endpoints: readonly object[]) => ({
  name,
  type: 'STRICT_DNS',
  load_assignment: { endpoints: [{ lb_endpoints: endpoints }] },
});

function config(listeners: readonly object[], clusters: readonly object[]): FileSpec {
  const content = JSON.stringify({ static_resources: { listeners, clusters } });
  return { path: '/etc/envoy/envoy.yaml', from: { content } };
}

function listener(port: number, ...routes: readonly object[]) {
  const manager = {
    '@type':
      'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    route_config: { virtual_hosts: [{ domains: ['*'], routes }] },
  };
  return {
    address: { socket_address: { address: '0.0.0.0', port_value: port } },
    filter_chains: [{ filters: [{ typed_config: manager }] }],
  };
}

const tcp = {
  address: { socket_address: { address: '0.0.0.0', port_value: 6379 } },
  filter_chains: [
    {
      filters: [
        {
          typed_config: {
            '@type': 'type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy',
            cluster: 'outside',
          },
        },
      ],
      transport_socket: {},
    },
  ],
};

const front = node('front', [
  container('envoy', {
    kind: 'engine',
    engine: 'ts',
    files: [
      config(
        [
          listener(
            80,
            { match: { prefix: '/web' }, route: { cluster: 'web' } },
            {
              match: { path: '/x' },
              route: { weighted_clusters: { clusters: [{ name: 'web' }, { name: 'none' }] } },
            },
            { match: { safe_regex: { regex: '^/r' } }, redirect: {} },
            { match: { prefix: '/' }, direct_response: { status: 404 } },
          ),
          tcp,
        ],
        [cluster('web', endpoint('web', 8000)), cluster('outside', endpoint('redis.example', 6379))],
      ),
    ],
  }),
]);
const sidecar = container('sidecar', {
  kind: 'engine',
  engine: 'ts',
  files: [
    config(
      [listener(8000, { match: { prefix: '/' }, route: { cluster: 'app' } })],
      [cluster('app', endpoint('127.0.0.1', 8080))],
    ),
  ],
});
const web = (index: number) => node('web', [container('app', { image: 'hello' }), sidecar], { index });

describe('topologyOf', () => {
  const topology = topologyOf('demo', lab(front, web(1), web(2)).nodes);

  it('takes replicas together', () => {
    assert.deepEqual(
      topology.nodes.map(({ name, replicas }) => [name, replicas]),
      [
        ['front', 1],
        ['web', 2],
      ],
    );
  });

  it('reads routes', () => {
    const routes = topology.nodes[0]!.containers[0]!.listeners[0]!.routes;
    assert.deepEqual(
      routes.map(({ match, to }) => [match, to.kind === 'answer' ? to.text : to.clusters.join()]),
      [
        ['/web', 'web'],
        ['= /x', 'web,none'],
        ['~ ^/r', 'redirects'],
        ['/', 'answers 404'],
      ],
    );
  });

  it('follows a cluster to the container that listens there', () => {
    const links = topology.links.map(({ from, cluster, to }) => [
      `${from.node}/${from.container}:${from.port}`,
      cluster,
      to.kind === 'outside' ? to.address : `${to.node}/${to.container}:${to.port}`,
    ]);
    assert.deepEqual(links, [
      ['front/envoy:80', 'web', 'web/sidecar:8000'],
      ['front/envoy:6379', 'outside', 'redis.example:6379'],
      ['web/sidecar:8000', 'app', 'web/app:8080'],
    ]);
    assert.deepEqual(topology.outside, ['redis.example:6379']);
  });

  it('tells TCP and TLS', () => {
    const [, second] = topology.nodes[0]!.containers[0]!.listeners;
    assert.deepEqual([second!.protocol, second!.tls], ['tcp', true]);
  });

  it('draws a service the same whoever balances', () => {
    const service = {
      selects: 'web',
      ports: [{ name: 'http', port: 80, targetPort: 8080, protocol: 'tcp' }],
    } as const;
    const app = node('web', [container('app', { image: 'hello' })]);
    const client = node('front', [
      container('envoy', {
        kind: 'engine',
        files: [
          config(
            [listener(80, { match: { prefix: '/' }, route: { cluster: 'shop' } })],
            [cluster('shop', endpoint('shop', 80))],
          ),
        ],
      }),
    ]);
    for (const containers of [[], [container('forwarder')]]) {
      const drawn = topologyOf('demo', [client, app, node('shop', containers, { service })]);
      assert.deepEqual(
        drawn.links.map(({ from, to }) => [from.node, from.port, to]),
        [
          ['front', 80, { kind: 'container', node: 'shop', container: 'forwarder', port: 80 }],
          ['shop', 80, { kind: 'container', node: 'web', container: 'app', port: 8080 }],
        ],
      );
      assert.deepEqual(
        drawn.nodes[2]!.containers.map(({ name, runs }) => [name, runs]),
        [['forwarder', 'service']],
      );
    }
  });

  it('makes nothing of a config it cannot read', () => {
    const broken: FileSpec = { path: '/etc/envoy/envoy.yaml', from: { content: '{' } };
    const odd = node('odd', [container('envoy', { kind: 'engine', files: [broken] })]);
    assert.deepEqual(topologyOf('demo', [odd]).links, []);
  });
});
