import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DocumentError, formatProblem } from '../document/problem.ts';
import { migrate } from './migrate.ts';

/** What becomes of a v2 text, and what is told of it. */
function run(text: string, file = 'envoy.yaml') {
  const { text: v3, wasV2, problems } = migrate(text, file);
  return { v3, wasV2, told: problems.map(formatProblem) };
}

/** A cluster with this in it. */
const cluster = (content: string) => `static_resources:
  clusters:
    - name: app
      hosts: []
${content.replace(/^/gm, '      ')}
`;

/** A route configuration with this route in it, as what RDS watches. */
const route = (content: string) => `"@type": type.googleapis.com/envoy.api.v2.RouteConfiguration
name: r
virtual_hosts:
  - name: v
    domains: [v]
    routes:
      - ${content}
`;

describe('migrate', () => {
  it('takes one message by its type', () => {
    const { v3, told } = run(route('{ match: { prefix: / }, route: { cluster: c, host_rewrite: h } }'));
    assert.match(v3, /^"@type": type\.googleapis\.com\/envoy\.config\.route\.v3\.RouteConfiguration\n/);
    assert.match(v3, /host_rewrite_literal: h/);
    assert.deepEqual(told, []);
  });

  it('keeps the host_rewrite of v3, which is another field', () => {
    const text = route('{ match: { prefix: / }, route: { cluster: c, host_rewrite: "%REQ(x)%" } }');
    const v3 = text.replace('envoy.api.v2', 'envoy.config.route.v3');
    assert.deepEqual(run(v3), { v3, wasV2: false, told: [] });
  });

  it('writes aliases out, as one of them may become something else', () => {
    const { v3 } = run(`static_resources:
  clusters:
    - { name: a, hosts: &hosts [{ pipe: { path: /a } }] }
    - { name: b, hosts: *hosts }
`);
    assert.doesNotMatch(v3, /[&*]/);
    assert.equal(v3.match(/path: \/a/g)?.length, 2);
    assert.match(v3, /cluster_name: b/);
  });

  it('takes the last of keys that are given twice, and says so', () => {
    const { v3, told } = run(cluster('connect_timeout: 1s\nconnect_timeout: 2s'));
    assert.match(v3, /connect_timeout: 2s/);
    assert.doesNotMatch(v3, /connect_timeout: 1s/);
    assert.deepEqual(told, [
      'envoy.yaml:6:7: warning: "connect_timeout" is given more than once (Envoy takes the last of them)',
    ]);
  });

  it('leaves alone what is tagged !ignore', () => {
    const text = cluster('connect_timeout: 1s').replace(/^/, '!ignore later:\n  hosts: [a]\n');
    const { v3, told } = run(text);
    assert.match(v3, /^!ignore later:\n {2}hosts: \[a\]\n/);
    assert.deepEqual(told, []);
  });

  it('keeps quotes, long lines, blank lines, the marker at the top and the comment at the end', () => {
    const long = 'x'.repeat(200);
    const text = `# top\n---\n${cluster(`alt_stat_name: '${long}'\n\nmetadata: { filter_metadata: { a: { b: "1", c: 1 } } }`)}# end\n`;
    const { v3 } = run(text);
    assert.match(v3, /^# top\n---\nstatic_resources:/);
    assert.ok(
      v3.includes(
        `alt_stat_name: '${long}'\n\n      metadata: { filter_metadata: { a: { b: "1", c: 1 } } }\n`,
      ),
    );
    assert.match(v3, /\n# end\n$/);
  });

  it('lays out what is new as the text is', () => {
    const { v3 } = run(
      'static_resources:\n  clusters:\n  - name: a\n    hosts:\n    - {pipe: {path: [ /a ]}}\n',
    );
    assert.match(v3, /endpoints:\n {6}- lb_endpoints:\n {8}- endpoint:\n/);
    assert.match(v3, /\{pipe: \{path: \[ \/a \]\}\}/);
  });

  it('a pattern that RE2 cannot read has no v3 form', () => {
    const { v3, told } = run(route('{ match: { regex: "/(?!private).*" }, route: { cluster: c } }'));
    assert.match(v3, /safe_regex: \{ regex: "\/\(\?!private\)\.\*" \}/);
    assert.deepEqual(told, [
      'envoy.yaml:7:27: virtual_hosts[0].routes[0].match: the pattern has no v3 form: RE2 neither looks around nor refers back',
    ]);
  });

  it('egress outside of a listener is told', () => {
    const { v3, told } =
      run(`"@type": type.googleapis.com/envoy.config.filter.network.http_connection_manager.v2.HttpConnectionManager
stat_prefix: h
rds: { route_config_name: r, config_source: { ads: {} } }
tracing: { operation_name: EGRESS }
http_filters: [{ name: envoy.router }]
`);
    assert.match(v3, /tracing: \{\}/);
    assert.match(v3, /config_source: \{ ads: \{\}, resource_api_version: V3 \}/);
    assert.deepEqual(told, [
      'envoy.yaml:4:10: warning: tracing: operation_name egress is left out: set traffic_direction: OUTBOUND at the listener',
    ]);
  });

  it('values that are none of an enum are told as Envoy would', () => {
    const { told } = run(cluster('connect_timeout: 1s\ntype: sometimes'));
    assert.equal(told.length, 1);
    assert.match(
      told[0]!,
      /^envoy\.yaml:6:13: static_resources\.clusters\[0\]\.type: expected one of STATIC, /,
    );
  });

  it('places are those of the text that was given', () => {
    const { told } = run(
      cluster('connect_timeout: 1s\nload_assignment: {}\n').replace(
        'hosts: []',
        'hosts: [{ pipe: { path: /a } }]',
      ),
    );
    assert.deepEqual(told, [
      'envoy.yaml:4:7: warning: static_resources.clusters[0].hosts: hosts is left out: load_assignment counted',
      'envoy.yaml:6:24: static_resources.clusters[0].load_assignment.cluster_name: is required',
    ]);
  });

  it('a transport socket is of the side it stands on', () => {
    const { v3, told } = run(
      cluster(`connect_timeout: 1s
transport_socket_matches:
  - { name: m, match: {}, transport_socket: { name: tls, config: { sni: a } } }
transport_socket:
  name: envoy.transport_sockets.tap
  config:
    common_config: { admin_config: { config_id: c } }
    transport_socket: { name: tls, config: { sni: b } }`),
    );
    assert.equal(v3.match(/tls\.v3\.UpstreamTlsContext/g)?.length, 2);
    assert.deepEqual(told, []);
  });

  it('a Struct for one route is the message its filter takes there', () => {
    const { v3 } = run(
      route(
        '{ match: { prefix: / }, route: { cluster: c }, typed_per_filter_config: { envoy.buffer: { "@type": type.googleapis.com/google.protobuf.Struct, value: { disabled: true } } } }',
      ),
    );
    assert.match(
      v3,
      /envoy\.filters\.http\.buffer: \{ "@type": type\.googleapis\.com\/envoy\.extensions\.filters\.http\.buffer\.v3\.BufferPerRoute, disabled: true \}/,
    );
  });

  it('a typed_config without a type is of the type that the name asks for', () => {
    const text = (config: string) => `static_resources:
  listeners:
    - address: { pipe: { path: /a } }
      filter_chains: [{ filters: [{ name: envoy.filters.network.echo, typed_config: ${config} }] }]
`;
    const type = 'type.googleapis.com/envoy.extensions.filters.network.echo.v3.Echo';
    assert.ok(run(text('{}')).v3.includes(`typed_config: { "@type": ${type} }`));
    assert.equal(run(text(`{ "@type": ${type} }`)).wasV2, false);
  });

  it('a comment stays with what it stands before, whatever comes between', () => {
    const { v3 } = run(`stats_sinks: # sinks
  # the one
  - name: envoy.statsd # its name
    # its config
    config: # inside
      # where
      tcp_cluster_name: a
      # the last of config
    # the last of the sink
  # the last of sinks
# the address
admin: # it
  # who
  address: { pipe: { path: /a } } # here
  # the end of admin
# the end
`);
    assert.equal(
      v3,
      `stats_sinks: # sinks
  # the one
  - name: envoy.stat_sinks.statsd # its name
    # its config
    typed_config: # inside
      "@type": type.googleapis.com/envoy.config.metrics.v3.StatsdSink
      # where
      tcp_cluster_name: a
      # the last of config
    # the last of the sink
  # the last of sinks
# the address
admin: # it
  # who
  address: { pipe: { path: /a } } # here
  # the end of admin
# the end
`,
    );
  });

  it('a comment under a list that stands below its key is of the next key', () => {
    const { v3 } = run(`static_resources:
  clusters:
  - name: a
    hosts: [{ pipe: { path: /a } }]
    # none
  # secrets of all
  secrets: []
`);
    assert.match(v3, /\n {4}# none\n {2}# secrets of all\n {2}secrets: \[\]\n$/);
  });

  it('the comment behind what is left out stays', () => {
    const { v3 } = run(
      cluster('# why\nring_hash_lb_config: { deprecated_v1: {} } # so\nconnect_timeout: 1s'),
    );
    assert.match(v3, /# why\n {6}ring_hash_lb_config: \{\} # so\n/);
    const { v3: node } = run(
      '# which\nnode:\n  id: a\n  # built\n  build_version: x # by me\n  cluster: b\n',
    );
    assert.equal(node, '# which\nnode:\n  id: a\n  # built\n  # by me\n  cluster: b\n');
  });

  it('keeps line breaks of Windows, takes the mark of UTF-8', () => {
    const text = cluster('connect_timeout: 1s # c\ntype: never\n\n# d\n');
    const { v3, told } = run(`\ufeff${text}`.replaceAll('\n', '\r\n'));
    assert.equal(v3, run(text).v3.replaceAll('\n', '\r\n'));
    assert.deepEqual(told, run(text).told);
  });

  it('finds JSON by its name or its look', () => {
    const json = '{"static_resources": {"clusters": [{"name": "a", "hosts": []}]}}';
    assert.equal(run(json, 'config').v3, run(json, 'envoy.json').v3);
    assert.equal(run('{static_resources: {clusters: [{name: a, hosts: []}]}}', 'config').wasV2, true);
  });

  it('refuses what is no map, and what is not well-formed', () => {
    assert.throws(() => run('- a\n'), DocumentError);
    assert.throws(() => run(''), /expected a map/);
    assert.throws(() => run('a: {\n'), /envoy\.yaml is not valid YAML/);
    assert.throws(() => run('{"a": x}', 'a.json'), /a\.json is not valid JSON/);
  });
});
