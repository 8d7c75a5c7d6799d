import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DocumentError, type Problem } from '../../document/problem.ts';
import { loadBootstrap } from '../load.ts';

const extension = 'type.googleapis.com/envoy.extensions';
const router = `{ name: r, typed_config: { "@type": ${extension}.filters.http.router.v3.Router } }`;
const cors = `{ name: c, typed_config: { "@type": ${extension}.filters.http.cors.v3.Cors } }`;
const listenOn = (port: number, more: string) =>
  `{ name: l${port}, address: { socket_address: { address: 127.0.0.1, port_value: ${port} } }, ${more} }`;
const listener = (filters: string) =>
  `listeners: [${listenOn(80, `filter_chains: [{ filters: [${filters}] }]`)}]`;
const manager = (config: string, filters = router) =>
  listener(
    `{ name: m, typed_config: { "@type": ${extension}.filters.network.http_connection_manager.v3.HttpConnectionManager,
    stat_prefix: s, route_config: { name: main, ${config} }, http_filters: [${filters}] } }`,
  );
const host = (routes: string, more = 'name: v, domains: ["*"]') =>
  `virtual_hosts: [{ ${more}, routes: [${routes}] }]`;
const to = (cluster: string, match = 'prefix: /') =>
  `{ match: { ${match} }, route: { cluster: ${cluster} } }`;
const answer = (match: string) => `{ match: { ${match} }, direct_response: { status: 200 } }`;

/** Problems of static resources, without their places in the text. */
function problemsOf(...resources: string[]): string[] {
  const text = `static_resources:\n${resources.map((part) => `  ${part}\n`).join('')}`;
  return problemsOfText(text);
}

function problemsOfText(text: string): string[] {
  const show = ({ severity, path, message }: Problem): string =>
    `${severity} ${path.split('.').at(-1)}: ${message}`;
  try {
    return loadBootstrap(text, 'f.yaml').warnings.map(show);
  } catch (error) {
    assert.ok(error instanceof DocumentError);
    return error.problems.map(show);
  }
}

describe('listeners', () => {
  it('may not share an address, however it is written', () => {
    const chain = 'filter_chains: [{}]';
    assert.deepEqual(problemsOf(`listeners: [${listenOn(80, chain)}, ${listenOn(80, chain)}]`), [
      "warning name: a listener named 'l80' is at listeners[0] already: Envoy runs only that one",
      "error address: error adding listener: 'l80' has duplicate address '127.0.0.1:80' as existing listener",
    ]);
    assert.deepEqual(problemsOf(`listeners: [${listenOn(0, chain)}, ${listenOn(81, chain)}]`), []);
    const six = (address: string) =>
      `{ name: "${address}", address: { socket_address: { address: "${address}", port_value: 80 } }, ${chain} }`;
    assert.equal(problemsOf(`listeners: [${six('::1')}, ${six('0:0:0:0:0:0:0:1')}]`).length, 1);
    assert.deepEqual(problemsOf(`listeners: [${six('::1')}, ${six('::2')}]`), []);
  });

  it('need an address that is one, and something to do', () => {
    assert.deepEqual(problemsOf('listeners: [{ name: a, filter_chains: [{}] }]'), [
      "error listeners[0]: error adding listener named 'a': address is necessary",
    ]);
    assert.deepEqual(problemsOf(`listeners: [${listenOn(80, '')}]`), [
      "error listeners[0]: error adding listener '127.0.0.1:80': no filter chains specified",
    ]);
    assert.deepEqual(problemsOf(`listeners: [${listenOn(80, 'default_filter_chain: {}')}]`), []);
    const named = listenOn(80, 'filter_chains: [{}]').replace('127.0.0.1', 'localhost');
    assert.deepEqual(problemsOf(`listeners: [${named}]`), ['error address: malformed IP address: localhost']);
  });

  it('may not have two filter chains for the same connections', () => {
    const chains = (...names: string[]) =>
      `filter_chains: [${names.map((name) => `{ filter_chain_match: { server_names: [${name}] } }`).join()}]`;
    assert.deepEqual(problemsOf(`listeners: [${listenOn(80, chains('a', 'b'))}]`), []);
    assert.match(problemsOf(`listeners: [${listenOn(80, chains('a', 'a'))}]`).join(), /same matching rules/);
  });
});

describe('filter chains', () => {
  it('end with a filter that ends them', () => {
    const chain = (filters: string) => problemsOf(manager(host(''), filters));
    assert.deepEqual(chain(`${cors}, ${router}`), []);
    assert.deepEqual(chain(`${router}, ${cors}`), [
      'error http_filters[0]: terminal filter named r of type envoy.filters.http.router must be the last filter in a http filter chain',
      'error http_filters[1]: non-terminal filter named c of type envoy.filters.http.cors is the last filter in a http filter chain',
    ]);
    assert.deepEqual(chain(''), ['warning http_filters: no router filter: every request hangs']);
    const echo = `{ name: e, typed_config: { "@type": ${extension}.filters.network.echo.v3.Echo } }`;
    assert.deepEqual(problemsOf(listener(`${echo}, ${echo}`)), [
      'error filters[0]: terminal filter named e of type envoy.filters.network.echo must be the last filter in a network filter chain',
    ]);
    const rbac = `{ name: b, typed_config: { "@type": ${extension}.filters.network.rbac.v3.RBAC, stat_prefix: s } }`;
    assert.match(
      problemsOf(listener(rbac)).join(),
      /non-terminal filter named b of type envoy\.filters\.network\.rbac/,
    );
  });
});

describe('clusters', () => {
  it('may not share a name', () => {
    const routes = manager(host(to('a')));
    assert.deepEqual(problemsOf(routes, 'clusters: [{ name: a }, { name: a }]'), [
      "error name: cluster manager: duplicate cluster 'a'",
    ]);
  });

  it('need addresses unless they resolve names', () => {
    const cluster = (type: string, address: string) =>
      problemsOf(
        manager(host(to('a'))),
        `clusters: [{ name: a, ${type}, load_assignment: { cluster_name: a, endpoints: [{ lb_endpoints:
    [{ endpoint: { address: { socket_address: { address: "${address}", port_value: 80 } } } }] }] } }]`,
      );
    assert.deepEqual(cluster('type: STRICT_DNS', 'localhost'), []);
    assert.deepEqual(cluster('type: STATIC', '::1'), []);
    assert.deepEqual(cluster('connect_timeout: 1s', 'localhost'), [
      'error address: malformed IP address: localhost',
    ]);
    // What the type is cannot be told, so neither can this.
    assert.equal(cluster('type: STRICT', 'localhost').length, 1);
  });

  it('of other kinds need what their kind needs', () => {
    const cluster = (fields: string) =>
      problemsOf(manager(host(to('a'))), `clusters: [{ name: a, ${fields} }]`);
    assert.deepEqual(cluster('type: EDS'), [
      'error clusters[0]: cannot create an EDS cluster without an EDS config',
    ]);
    assert.deepEqual(cluster('cluster_type: { name: envoy.cluster.strict_dns }'), []);
    assert.match(cluster('cluster_type: { name: envoy.cluster.dnss }').join(), /registered cluster factory/);
    assert.deepEqual(
      cluster('lb_policy: RING_HASH, ring_hash_lb_config: { minimum_ring_size: 9, maximum_ring_size: 8 }'),
      ['error ring_hash_lb_config: ring hash: minimum_ring_size (9) > maximum_ring_size (8)'],
    );
    assert.deepEqual(problemsOfText('cluster_manager: { local_cluster_name: x }\n'), [
      "error local_cluster_name: local cluster 'x' must be defined",
    ]);
  });

  it('are suspicious when nothing uses them', () => {
    const clusters = 'clusters: [{ name: a }, { name: b }]';
    assert.deepEqual(problemsOf(manager(host(to('a'))), clusters), [
      "warning name: nothing uses cluster 'b'",
    ]);
    // Then names come from elsewhere.
    const header = '{ match: { prefix: / }, route: { cluster_header: x } }';
    assert.deepEqual(problemsOf(manager(host(header)), clusters), []);
    const lua = `{ name: l, typed_config: { "@type": ${extension}.filters.http.lua.v3.Lua } }, ${router}`;
    assert.deepEqual(problemsOf(manager(host(to('a')), lua), clusters), []);
  });
});

describe('routes', () => {
  const clusters = 'clusters: [{ name: a }]';

  it('lead to clusters that are there', () => {
    const problems = (routes: string) =>
      problemsOf(manager(host(routes)), clusters).filter((text) => text.startsWith('error'));
    assert.deepEqual(problems(to('nope')), ["error cluster: route: unknown cluster 'nope'"]);
    const weighted =
      '{ match: { prefix: / }, route: { weighted_clusters: { clusters: [{ name: x, weight: 1 }] } } }';
    assert.deepEqual(problems(weighted), ["error name: route: unknown weighted cluster 'x'"]);
    assert.deepEqual(problems(weighted.replace('x, weight: 1', 'a')), [
      'error weighted_clusters: Sum of weights in the weighted_cluster must be greater than 0.',
    ]);
    const mirror =
      '{ match: { prefix: / }, route: { cluster: a, request_mirror_policies: [{ cluster: zz }] } }';
    assert.deepEqual(problems(mirror), ["error cluster: route: unknown shadow cluster 'zz'"]);
    const unchecked = manager(`validate_clusters: false, ${host(`${to('nope')}, ${to('a')}`)}`);
    assert.equal(problemsOf(unchecked, clusters).filter((text) => text.startsWith('error')).length, 0);
    const tcp = `{ name: t, typed_config: { "@type": ${extension}.filters.network.tcp_proxy.v3.TcpProxy, stat_prefix: s, cluster: zz } }`;
    assert.deepEqual(problemsOf(listener(tcp)), ["warning cluster: tcp_proxy: unknown cluster 'zz'"]);
  });

  it('are not judged by clusters that could not be read', () => {
    assert.equal(problemsOf(manager(host(to('a'))), 'clusters: [{ nme: a }]').length, 1);
  });

  it('have domains of their own', () => {
    const domains = (...names: string[]) =>
      problemsOf(manager(host(answer('prefix: /'), `name: v, domains: [${names}]`)));
    assert.deepEqual(domains('a.com', '"*.a.com"', '"a.*"', '"*"'), []);
    assert.deepEqual(domains('a.com', 'A.com'), [
      'error domains[1]: Only unique values for domains are permitted. Duplicate entry of domain a.com in route main',
    ]);
    const two = 'virtual_hosts: [{ name: v, domains: ["*"] }, { name: w, domains: ["*"] }]';
    assert.deepEqual(problemsOf(manager(two)), [
      'error domains[0]: Only a single wildcard domain is permitted in route main',
    ]);
  });

  it('are told when an earlier one takes all their requests', () => {
    const shadowed = (earlier: string, later: string): boolean =>
      problemsOf(manager(host(`${answer(earlier)}, ${answer(later)}`))).some((text) =>
        text.includes('never matches'),
      );
    for (const [earlier, later] of [
      ['prefix: /', 'path: /a'],
      ['prefix: /', 'safe_regex: { regex: "/.*" }'],
      ['prefix: /a', 'prefix: /a/b'],
      ['prefix: /a', 'prefix: /a, headers: [{ name: x, present_match: true }]'],
      ['prefix: /A, case_sensitive: false', 'path: /a'],
      ['path: /a', 'path: /a'],
      ['path_separated_prefix: /a', 'path: /a/b'],
      ['path_separated_prefix: /a', 'prefix: /a/'],
      ['safe_regex: { regex: "/.*" }', 'safe_regex: { regex: "/.*" }'],
    ] as const) {
      assert.ok(shadowed(earlier, later), `${earlier} before ${later}`);
    }
    for (const [earlier, later] of [
      ['path: /a', 'prefix: /'],
      ['prefix: /a/b', 'prefix: /a'],
      ['prefix: /, headers: [{ name: x, present_match: true }]', 'prefix: /a'],
      ['prefix: /, runtime_fraction: { default_value: { numerator: 1 } }', 'prefix: /a'],
      ['prefix: /', 'connect_matcher: {}'],
      ['prefix: /a', 'prefix: /a, case_sensitive: false'],
      ['path_separated_prefix: /a', 'path: /ab'],
      ['path_separated_prefix: /a', 'prefix: /a'],
      ['prefix: /a', 'safe_regex: { regex: "/a.*" }'],
      ['path: /a', 'path: /b'],
    ] as const) {
      assert.ok(!shadowed(earlier, later), `${earlier} before ${later}`);
    }
  });
});
