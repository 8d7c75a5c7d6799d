import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DocumentError, formatProblem, type Problem } from '../document/problem.ts';
import { typeNameOf, unpack } from './any.ts';
import { type BootstrapOptions, checkMessage, loadBootstrap, loadMessage } from './load.ts';
import { fields, mergeSupport, type SupportTable } from './support.ts';

/** All problems, as `line:column severity path: message (hint)`. */
function problemsOf(text: string, options: BootstrapOptions = {}, file = 'f.yaml'): string[] {
  const show = (problem: Problem): string => formatProblem(problem).replace('f.yaml:', '');
  try {
    return loadBootstrap(text, file, options).warnings.map(show);
  } catch (error) {
    assert.ok(error instanceof DocumentError);
    return error.problems.map(show);
  }
}

const good = `
admin:
  address: { socket_address: { address: 127.0.0.1, port_value: 0 } }
static_resources:
  listeners:
    - name: web
      address: { socket_address: { address: 127.0.0.1, port_value: 10000 } }
      filter_chains:
        - filters:
            - name: envoy.filters.network.http_connection_manager
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: web
                route_config:
                  virtual_hosts:
                    - name: all
                      domains: ["*"]
                      routes:
                        - match: { prefix: / }
                          route: { cluster: app, timeout: 1.5s }
                http_filters:
                  - name: envoy.filters.http.router
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
  clusters:
    - name: app
      type: STRICT_DNS
      connect_timeout: 1s
      load_assignment:
        cluster_name: app
        endpoints:
          - lb_endpoints:
              - endpoint: { address: { socket_address: { address: app, port_value: 80 } } }
`;

const manager = 'static_resources.listeners[0].filter_chains[0].filters[0].typed_config';
const route = `${manager}.route_config.virtual_hosts[0].routes[0]`;

describe('loadBootstrap', () => {
  it('reads a config whole', () => {
    const { bootstrap, warnings } = loadBootstrap(good, 'f.yaml');
    assert.deepEqual(warnings, []);
    const filter = bootstrap.static_resources!.listeners![0]!.filter_chains![0]!.filters![0]!;
    const type = 'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager';
    assert.equal(typeNameOf(filter.typed_config!), type);
    assert.equal(unpack(filter.typed_config, 'envoy.extensions.filters.http.router.v3.Router'), undefined);
    const action = unpack(filter.typed_config, type)!.route_config!.virtual_hosts![0]!.routes![0]!;
    assert.deepEqual(action, { match: { prefix: '/' }, route: { cluster: 'app', timeout: 1500 } });
    assert.deepEqual(bootstrap.static_resources!.clusters![0]!.connect_timeout, 1000);
  });

  /** What is put in place of what, and all that is then said. */
  const mistakes: readonly (readonly [from: string, to: string, ...problems: string[]])[] = [
    [
      'prefix: / }',
      'prefx: / }',
      `19:36: ${route}.match.prefx: unknown field of envoy.config.route.v3.RouteMatch (did you mean "prefix"?)`,
    ],
    [
      'port_value: 10000',
      'port: 10000',
      '7:56: static_resources.listeners[0].address.socket_address.port: unknown field of envoy.config.core.v3.SocketAddress (did you mean "port_value"?)',
    ],
    [
      'port_value: 10000',
      'port_value: 70000',
      '7:68: static_resources.listeners[0].address.socket_address.port_value: must be at most 65535',
    ],
    [
      'type: STRICT_DNS',
      'type: STRICT',
      '27:13: static_resources.clusters[0].type: expected one of STATIC, STRICT_DNS, LOGICAL_DNS, EDS, ORIGINAL_DST, not "STRICT" (did you mean "STRICT_DNS"?)',
    ],
    ['stat_prefix: web', 'stat_prefix: ""', `13:30: ${manager}.stat_prefix: must not be empty`],
    [
      'stat_prefix: web',
      'stat_prefix: 5',
      `13:30: ${manager}.stat_prefix: expected text, not 5 (quote it: "5")`,
    ],
    ['                stat_prefix: web\n', '', `12:17: ${manager}.stat_prefix: is required`],
    [
      'timeout: 1.5s',
      'timeout: 1.5',
      `20:59: ${route}.route.timeout: expected a duration in seconds, such as 1.5s, not "1.5" (write 1.5s)`,
    ],
    [
      'cluster: app, ',
      'cluster: ap, ',
      `20:45: ${route}.route.cluster: route: unknown cluster 'ap' (did you mean "app"?)`,
    ],
    [
      'route: { cluster: app, timeout: 1.5s }',
      'route: { cluster: app, cluster_header: x }',
      `20:50: ${route}.route.cluster_header: cluster is already set: only one of cluster, cluster_header, weighted_clusters, cluster_specifier_plugin, inline_cluster_specifier_plugin may be`,
    ],
    [
      'http_connection_manager.v3.HttpConnectionManager',
      'http_connection_manager.v3.HttpConectionManager',
      `12:26: ${manager}.@type: Envoy has no type envoy.extensions.filters.network.http_connection_manager.v3.HttpConectionManager (did you mean type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager?)`,
    ],
    [
      'connect_timeout: 1s',
      'name: app2',
      `20:45: ${route}.route.cluster: route: unknown cluster 'app' (did you mean "app2"?)`,
      '28:7: warning: "name" is given more than once (Envoy takes the last of them)',
      "28:13: warning: static_resources.clusters[0].name: nothing uses cluster 'app2'",
    ],
    [
      'connect_timeout: 1s',
      'connect_timeout: 1s: x',
      '28:24: Nested mappings are not allowed in compact mappings',
    ],
  ];

  it('says what is wrong, where, and what was meant', () => {
    for (const [from, to, ...expected] of mistakes) {
      assert.ok(good.includes(from), from);
      assert.deepEqual(problemsOf(good.replace(from, to)).sort(), [...expected].sort(), `${from} → ${to}`);
    }
  });

  it('says everything at once, in the order of the file', () => {
    const text = good.replace('port_value: 10000', 'port_value: x').replace('timeout: 1.5s', 'timeut: 1s');
    const places = problemsOf(text.replace('STRICT_DNS', 'NOPE')).map((problem) => problem.split(':')[0]);
    assert.deepEqual(places, ['7', '20', '27']);
  });

  it('goes by the name of the file, as Envoy does', () => {
    assert.deepEqual(problemsOf(good, {}, 'f.conf'), ['f.conf:2:1: expected an object: {']);
    assert.deepEqual(problemsOf('{"node": {"id": "a"}}', {}, 'f.conf'), []);
    assert.deepEqual(problemsOf(good, {}, 'F.YML'), []);
    assert.deepEqual(problemsOf(good, { format: 'yaml' }, '--config-yaml'), []);
    assert.match(problemsOf('x', {}, 'f.pb').join(), /--engine envoy/);
  });

  it('refuses what is no object', () => {
    assert.deepEqual(problemsOf(''), ['1:1: the file is empty']);
    assert.deepEqual(problemsOf('[]'), [
      '1:1: expected an object (envoy.config.bootstrap.v3.Bootstrap), not a list',
    ]);
  });

  it('lays YAML over it, and says which text is wrong', () => {
    const overlay = {
      file: '--config-yaml',
      text: 'node: {id: x}\nstatic_resources: {clusters: [{name: b}]}\n',
    };
    const { bootstrap } = loadBootstrap(good, 'f.yaml', { overlay });
    assert.deepEqual(bootstrap.node, { id: 'x' });
    assert.deepEqual(
      bootstrap.static_resources!.clusters!.map(({ name }) => name),
      ['app', 'b'],
    );
    const wrong = { ...overlay, text: 'static_resources: {clusters: [{nam: b}]}\n' };
    assert.deepEqual(problemsOf(good.replace('/ }', 'x }'), { overlay: wrong }), [
      '--config-yaml:1:32: static_resources.clusters[1].nam: unknown field of envoy.config.cluster.v3.Cluster (did you mean "name"?)',
    ]);
  });

  it('lets the runtime allow what is disallowed by default', () => {
    const action =
      '{ dynamic_metadata: { descriptor_key: a, metadata_key: { key: a, path: [{ key: a }] } } }';
    const text = good.replace('timeout: 1.5s', `rate_limits: [{ actions: [${action}] }]`);
    const layer = (key: string) =>
      `${text}layered_runtime: {layers: [{name: a, static_layer: {${key}: true}}]}\n`;
    assert.match(problemsOf(text).join(), /dynamic_metadata is no longer allowed/);
    assert.deepEqual(problemsOf(layer('envoy.features.enable_all_deprecated_features')), []);
    const own = 'envoy.deprecated_features:envoy.config.route.v3.RateLimit.Action.dynamic_metadata';
    assert.deepEqual(problemsOf(layer(`"${own}"`)), []);
  });

  it('points into a TypedStruct, lowerCamelCase and single values for lists', () => {
    const text = `staticResources:
  listeners:
    name: l
    address: { socketAddress: { address: 127.0.0.1, portValue: 0 } }
    filterChains:
      filters:
        name: f
        typedConfig:
          "@type": type.googleapis.com/xds.type.v3.TypedStruct
          type_url: type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy
          value:
            statPrefix: s
            cluster: nope
`;
    assert.deepEqual(problemsOf(text), [
      "13:22: warning: staticResources.listeners.filterChains.filters.typedConfig.value.cluster: tcp_proxy: unknown cluster 'nope'",
    ]);
  });
});

describe('a support table', () => {
  const support: SupportTable = mergeSupport([
    {
      'envoy.config.bootstrap.v3.Bootstrap': fields('static_resources'),
      'envoy.config.bootstrap.v3.Bootstrap.StaticResources': fields('listeners', 'clusters'),
      'envoy.config.cluster.v3.Cluster': {
        ...fields('name', 'connect_timeout'),
        lb_policy: { values: ['ROUND_ROBIN'] },
        type: {},
      },
    },
    {
      'envoy.config.listener.v3.Listener': fields('name', 'address', 'filter_chains'),
      'envoy.config.listener.v3.FilterChain': fields('filters'),
      'envoy.config.listener.v3.Filter': fields('name', 'typed_config'),
      'envoy.config.core.v3.Address': fields('socket_address'),
      'envoy.config.core.v3.SocketAddress': fields('address', 'port_value'),
      'envoy.extensions.filters.network.echo.v3.Echo': {},
    },
  ]);
  const clusters = (yaml: string) => `static_resources:\n  clusters:\n    - name: c\n      ${yaml}\n`;
  const filter = (type: string, more = '') =>
    `static_resources: {listeners: [{name: l, address: {socket_address: {address: 127.0.0.1, port_value: 0}},
  filter_chains: [{filters: [{name: f, typed_config: {"@type": type.googleapis.com/${type}${more}}}]}]}]}\n`;
  const errors = (text: string) =>
    problemsOf(text, { support }).filter((problem) => !problem.includes('warning'));

  it('refuses a field by name, once, whatever is in it', () => {
    assert.deepEqual(errors(clusters('circuit_breakers: { thresholds: [{ max_connections: 1 }] }')), [
      '4:7: static_resources.clusters[0].circuit_breakers: circuit_breakers is not implemented by the ts data plane (use --engine envoy)',
    ]);
    assert.deepEqual(errors('admin: {}\n'), [
      '1:1: admin: admin is not implemented by the ts data plane (use --engine envoy)',
    ]);
  });

  it('still checks what is in it', () => {
    const found = errors(clusters('circuit_breakers: { thresholds: [{ max_conections: 1 }] }'));
    assert.equal(found.length, 2);
    assert.match(found.join(), /did you mean "max_connections"/);
  });

  it('lets a field pass that holds its default', () => {
    assert.deepEqual(errors(clusters('close_connections_on_host_health_failure: false')), []);
    assert.deepEqual(errors(clusters('health_checks: []')), []);
    assert.equal(errors(clusters('close_connections_on_host_health_failure: true')).length, 1);
    assert.equal(errors(clusters('respect_dns_ttl: true')).length, 1);
    // Here absence is not the same as zero.
    assert.equal(errors(clusters('per_connection_buffer_limit_bytes: 0')).length, 1);
  });

  it('may implement some values of an enum', () => {
    assert.deepEqual(errors(clusters('lb_policy: ROUND_ROBIN')), []);
    assert.deepEqual(errors(clusters('lb_policy: RANDOM')), [
      '4:7: static_resources.clusters[0].lb_policy: lb_policy RANDOM is not implemented by the ts data plane (use --engine envoy)',
    ]);
  });

  it('looks at each of a list of them, and at numbers without a name', () => {
    const type = 'envoy.config.core.v3.HealthStatusSet';
    const lacking = (...statuses: unknown[]) => {
      const table = { [type]: { statuses: { values: ['HEALTHY', 'DRAINING'] } } };
      const { problems } = checkMessage(type, { statuses }, { support: table });
      return problems.map(({ message }) => message).filter((message) => message.includes('not implemented'));
    };
    assert.deepEqual(lacking('HEALTHY', 'draining'), []);
    assert.deepEqual(lacking('HEALTHY', 'TIMEOUT'), [
      'statuses TIMEOUT is not implemented by the ts data plane',
    ]);
    assert.deepEqual(lacking(99), ['statuses 99 is not implemented by the ts data plane']);
  });

  it('refuses an extension whose type it lacks', () => {
    assert.deepEqual(errors(filter('envoy.extensions.filters.network.echo.v3.Echo')), []);
    assert.deepEqual(errors(filter('envoy.extensions.filters.network.direct_response.v3.Config')), [
      '2:40: static_resources.listeners[0].filter_chains[0].filters[0].typed_config: ' +
        'envoy.extensions.filters.network.direct_response.v3.Config is not implemented by the ts data plane (use --engine envoy)',
    ]);
  });

  it('can be overruled: then what it lacks is left out', () => {
    const options = { support, allowUnsupported: true };
    const text = clusters('circuit_breakers: {}\n      lb_policy: RANDOM\n      connect_timeout: 1s');
    const { bootstrap, warnings } = loadBootstrap(text, 'f.yaml', options);
    assert.deepEqual(bootstrap.static_resources!.clusters, [{ name: 'c', connect_timeout: 1000 }]);
    assert.equal(warnings.filter(({ hint }) => hint === 'ignored').length, 2);
    const chain = loadBootstrap(
      filter('envoy.extensions.filters.network.direct_response.v3.Config'),
      'f.yaml',
      options,
    );
    assert.deepEqual(chain.bootstrap.static_resources!.listeners![0]!.filter_chains, [{ filters: [] }]);
    assert.equal(chain.warnings.length, 1);
  });

  it('joins what several say of a message', () => {
    const type = 'envoy.config.cluster.v3.Cluster';
    const merged = mergeSupport([{ [type]: fields('name') }, { [type]: fields('type') }]);
    assert.deepEqual(merged, { [type]: { name: {}, type: {} } });
  });
});

it('loads any one message', () => {
  const type = 'envoy.service.discovery.v3.DiscoveryResponse';
  const any = '{"@type": type.googleapis.com/envoy.config.cluster.v3.Cluster, name: a, connect_timeout: 2s}';
  const { message } = loadMessage(type, `version_info: "1"\nresources:\n  - ${any}\n`, 'cds.yaml');
  assert.equal((message.resources![0] as { connect_timeout?: number }).connect_timeout, 2000);
  assert.throws(() => loadMessage(type, 'resources: [{}]\nx: 1\n', 'cds.yaml'), /2:1: x: unknown field/);
});
