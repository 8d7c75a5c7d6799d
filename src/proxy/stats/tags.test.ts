import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { TagProducer } from './tags.ts';

/** A stat's name, and the name and tags Envoy 1.40 gives Prometheus for it. */
const measured: [string, string, Record<string, string>][] = [
  ['server.uptime', 'server.uptime', {}],
  ['cluster.a.upstream_rq_total', 'cluster.upstream_rq_total', { cluster_name: 'a' }],
  ['cluster.a.b.upstream_rq_total', 'cluster.b.upstream_rq_total', { cluster_name: 'a' }],
  ['cluster.a.upstream_rq_503', 'cluster.upstream_rq', { response_code: '503', cluster_name: 'a' }],
  ['cluster.a.upstream_rq_2xx', 'cluster.upstream_rq_xx', { response_code_class: '2', cluster_name: 'a' }],
  [
    'cluster.a.external.upstream_rq_2xx',
    'cluster.external.upstream_rq_xx',
    { response_code_class: '2', cluster_name: 'a' },
  ],
  [
    'http.ingress.downstream_rq_5xx',
    'http.downstream_rq_xx',
    { response_code_class: '5', http_conn_manager_prefix: 'ingress' },
  ],
  [
    'listener.127.0.0.1_8080.http.ingress.downstream_rq_2xx',
    'listener.http.downstream_rq_xx',
    { response_code_class: '2', http_conn_manager_prefix: 'ingress', listener_address: '127.0.0.1_8080' },
  ],
  [
    'listener.[__1]_8080.downstream_cx_total',
    'listener.downstream_cx_total',
    { listener_address: '[__1]_8080' },
  ],
  ['listener.mine.downstream_cx_total', 'listener.downstream_cx_total', { listener_address: 'mine' }],
  ['listener.admin.downstream_cx_total', 'listener.admin.downstream_cx_total', {}],
  [
    'listener.127.0.0.1_0.worker_0.downstream_cx_total',
    'listener.worker_downstream_cx_total',
    { worker_id: '0', listener_address: '127.0.0.1_0' },
  ],
  [
    'thread_local_cluster_manager.worker_0.clusters_inflated',
    'thread_local_cluster_manager.worker_clusters_inflated',
    { worker_id: '0' },
  ],
  ['server.worker_0.watchdog_miss', 'server.worker_watchdog_miss', { worker_id: '0' }],
  [
    'listener.mine.ssl.ciphers.TLS_AES_256_GCM_SHA384',
    'listener.ssl.ciphers',
    { ssl_cipher: 'TLS_AES_256_GCM_SHA384', listener_address: 'mine' },
  ],
  [
    'listener.mine.ssl.versions.TLSv1.3',
    'listener.ssl.versions',
    { ssl_version: 'TLSv1.3', listener_address: 'mine' },
  ],
  [
    'listener.mine.ssl.curves.X25519',
    'listener.ssl.curves',
    { ssl_curve: 'X25519', listener_address: 'mine' },
  ],
  [
    'vhost.v.vcluster.one.upstream_rq_503',
    'vhost.vcluster.upstream_rq',
    { response_code: '503', virtual_cluster: 'one', virtual_host: 'v' },
  ],
  ['vhost.v.route.r.upstream_rq_total', 'vhost.route.upstream_rq_total', { virtual_host: 'v', route: 'r' }],
  ['tcp.t.downstream_cx_total', 'tcp.downstream_cx_total', { tcp_prefix: 't' }],
];

describe('tag extraction', () => {
  for (const [full, name, tags] of measured) {
    test(full, () => {
      const extracted = new TagProducer().extract(full);
      assert.equal(extracted.name, name);
      assert.deepEqual(
        extracted.tags.map((tag) => [tag.name, tag.value]),
        Object.entries(tags).map(([tag, value]) => [`envoy.${tag}`, value]),
      );
    });
  }
});
