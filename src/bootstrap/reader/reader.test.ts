import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatProblem } from '../../document/problem.ts';
import { checkMessage } from '../load.ts';
import { Mark, messageSchema } from '../schema/schema.ts';
import { successors } from './successor.ts';

type Type = Parameters<typeof checkMessage>[0];

function read(type: Type, data: unknown) {
  const { message, problems } = checkMessage(type, data);
  const errors = problems.filter(({ severity }) => severity === 'error');
  assert.deepEqual(errors.map(formatProblem), []);
  return message;
}

function errorsOf(type: Type, data: unknown): string[] {
  const { problems } = checkMessage(type, data);
  return problems.filter(({ severity }) => severity === 'error').map(formatProblem);
}

const cluster = (fields: object) => read('envoy.config.cluster.v3.Cluster', { name: 'c', ...fields });
const clusterErrors = (fields: object) =>
  errorsOf('envoy.config.cluster.v3.Cluster', { name: 'c', ...fields });
const typeUrl = (name: string) => `type.googleapis.com/envoy.extensions.${name}`;

describe('values', () => {
  it('have the names of the .proto, whatever the file calls them', () => {
    assert.deepEqual(cluster({ lbPolicy: 'RANDOM', perConnectionBufferLimitBytes: 5 }), {
      name: 'c',
      lb_policy: 'RANDOM',
      per_connection_buffer_limit_bytes: 5,
    });
  });

  it('are absent where the file has null', () => {
    assert.deepEqual(cluster({ connect_timeout: null, health_checks: null, type: null }), { name: 'c' });
  });

  it('take whole numbers in every form that protobuf takes', () => {
    const port = (port_value: unknown) =>
      read('envoy.config.core.v3.SocketAddress', { address: 'a', port_value }) as { port_value: number };
    for (const form of [80, '80', '80.0', '8e1', '0x50', '+80', 80.0])
      assert.equal(port(form).port_value, 80);
    for (const form of [1.5, '1.5', ' 80', '', '80x', -1, 4294967296, true, [], {}]) {
      const errors = errorsOf('envoy.config.core.v3.SocketAddress', { address: 'a', port_value: form });
      assert.match(errors.join(), /port_value: expected a whole number from 0 to 4294967295/, String(form));
    }
  });

  it('take numbers with a fraction, also as text', () => {
    const percent = (value: unknown) => read('envoy.type.v3.Percent', { value }) as { value: number };
    for (const form of [50.5, '50.5', '5.05e1', '+50.5']) assert.equal(percent(form).value, 50.5);
    assert.deepEqual(errorsOf('envoy.type.v3.Percent', { value: '.inf' }), [
      'value: expected a number, not ".inf"',
    ]);
    assert.deepEqual(errorsOf('envoy.type.v3.Percent', { value: 'Infinity' }), [
      'value: must be at least 0 and at most 100',
    ]);
  });

  it('take true and false in every form that protobuf takes', () => {
    const flag = (value: unknown) =>
      read('envoy.config.bootstrap.v3.Bootstrap', { enable_dispatcher_stats: value });
    for (const form of [true, 'true', 'tRue', '1', 'y']) {
      assert.deepEqual(flag(form), { enable_dispatcher_stats: true });
    }
    assert.deepEqual(flag('no'), { enable_dispatcher_stats: false });
    assert.deepEqual(errorsOf('envoy.config.bootstrap.v3.Bootstrap', { enable_dispatcher_stats: 1 }), [
      'enable_dispatcher_stats: expected true or false, not 1',
    ]);
  });

  it('make text of nothing but text', () => {
    assert.deepEqual(errorsOf('envoy.config.core.v3.Node', { id: 5, cluster: true }), [
      'id: expected text, not 5 (quote it: "5")',
      'cluster: expected text, not true (quote it: "true")',
    ]);
  });

  it('are the names of enums, given by name in any case or by number', () => {
    for (const form of ['STRICT_DNS', 'strict_dns', 1, '1']) {
      assert.deepEqual(cluster({ type: form }), { name: 'c', type: 'STRICT_DNS' });
    }
    assert.deepEqual(clusterErrors({ type: 'STRICT_DN' }), [
      'type: expected one of STATIC, STRICT_DNS, LOGICAL_DNS, EDS, ORIGINAL_DST, not "STRICT_DN" (did you mean "STRICT_DNS"?)',
    ]);
    assert.deepEqual(clusterErrors({ type: 99 }), [
      'type: must be one of STATIC, STRICT_DNS, LOGICAL_DNS, EDS, ORIGINAL_DST, not 99',
    ]);
    // Few fields have no such rule.
    const open = { x_ratelimit_option: 99, actions: [{ remote_address: {} }] };
    assert.deepEqual(read('envoy.config.route.v3.RateLimit', open), open);
  });

  it('are milliseconds for durations', () => {
    const timeout = (connect_timeout: unknown) => cluster({ connect_timeout }) as { connect_timeout: number };
    assert.equal(timeout('1.5s').connect_timeout, 1500);
    assert.equal(timeout('0.000000001s').connect_timeout, 1e-6);
    assert.equal(timeout({ seconds: '2', nanos: 500_000_000 }).connect_timeout, 2500);
    assert.deepEqual(clusterErrors({ connect_timeout: 5 }), [
      'connect_timeout: expected a duration in seconds, such as 1.5s, not 5 (write 5s)',
    ]);
    for (const form of ['5', '.5s', '1.s', '1m', '+1s', '1e3s', '0.0000000001s', []]) {
      assert.match(clusterErrors({ connect_timeout: form }).join(), /expected a duration/, String(form));
    }
    assert.deepEqual(clusterErrors({ connect_timeout: '-1s' }), [
      'connect_timeout: a duration must not be negative',
    ]);
    assert.deepEqual(clusterErrors({ connect_timeout: '0s' }), ['connect_timeout: must be more than 0s']);
  });

  it('are buffers for base64, padded or not, of both alphabets', () => {
    const bytes = (inline_bytes: unknown) =>
      read('envoy.config.core.v3.DataSource', { inline_bytes }) as { inline_bytes: Buffer };
    assert.deepEqual(bytes('aGk=').inline_bytes, Buffer.from('hi'));
    assert.deepEqual(bytes('aGk').inline_bytes, Buffer.from('hi'));
    assert.deepEqual(bytes('_-_-').inline_bytes, bytes('/+/+').inline_bytes);
    for (const form of ['a', 'a b=', '=', 'aGk==', 5]) {
      const errors = errorsOf('envoy.config.core.v3.DataSource', { inline_bytes: form });
      assert.match(errors.join(), /expected base64 text/, String(form));
    }
  });

  it('are plain data for structs, and must be objects', () => {
    const metadata = { filter_metadata: { a: { b: ['1.5', null, { c: true }] } } };
    assert.deepEqual(read('envoy.config.core.v3.Metadata', metadata), metadata);
    assert.deepEqual(errorsOf('envoy.config.core.v3.Metadata', { filter_metadata: { a: 5 } }), [
      'filter_metadata.a: expected an object, not 5',
    ]);
  });

  it('are plain for wrappers, which may also be given by their field', () => {
    for (const form of [5, '5', { value: 5 }]) {
      const expected = { name: 'c', per_connection_buffer_limit_bytes: 5 };
      assert.deepEqual(cluster({ per_connection_buffer_limit_bytes: form }), expected);
    }
  });
});

describe('lists and maps', () => {
  const domains = (value: unknown) =>
    read('envoy.config.route.v3.VirtualHost', { name: 'v', domains: value }) as { domains: string[] };

  it('take one value for a list of it, and flatten lists in lists', () => {
    assert.deepEqual(domains('a').domains, ['a']);
    assert.deepEqual(domains([['a', 'b'], 'c', []]).domains, ['a', 'b', 'c']);
  });

  it('keep an empty value for a null in a list', () => {
    const { clusters } = read('envoy.config.route.v3.WeightedCluster', { clusters: [null] }) as {
      clusters: unknown[];
    };
    assert.deepEqual(clusters, [{}]);
  });

  it('name the item and the key that is wrong', () => {
    assert.deepEqual(
      errorsOf('envoy.config.route.v3.VirtualHost', { name: 'v', domains: ['a', 5, ['b', false]] }),
      [
        'domains[1]: expected text, not 5 (quote it: "5")',
        'domains[2][1]: expected text, not false (quote it: "false")',
      ],
    );
    assert.deepEqual(clusterErrors({ typed_extension_protocol_options: [] }), [
      'typed_extension_protocol_options: expected a map, not a list',
    ]);
  });
});

describe('messages', () => {
  it('say what they lack', () => {
    assert.deepEqual(errorsOf('envoy.config.cluster.v3.Cluster', {}), ['name: is required']);
    assert.deepEqual(errorsOf('envoy.config.core.v3.SocketAddress', { address: '' }), [
      'address: must not be empty',
      'one of port_value, named_port is required',
    ]);
    assert.deepEqual(errorsOf('envoy.config.route.v3.DirectResponseAction', {}), ['status: is required']);
  });

  it('refuse two of a oneof, but not when one is null', () => {
    assert.deepEqual(clusterErrors({ type: 'STATIC', cluster_type: { name: 'x' } }), [
      'cluster_type: type is already set: only one of type, cluster_type may be',
    ]);
    assert.deepEqual(clusterErrors({ type: 'STATIC', cluster_type: null }), []);
  });

  it('know their fields, and what was meant', () => {
    assert.deepEqual(clusterErrors({ lb_polcy: 'RANDOM' }), [
      'lb_polcy: unknown field of envoy.config.cluster.v3.Cluster (did you mean "lb_policy"?)',
    ]);
    assert.match(
      errorsOf('envoy.config.core.v3.SocketAddress', { address: 'a', port: 80 }).join(),
      /port: unknown field .* \(did you mean "port_value"\?\)/,
    );
    assert.deepEqual(clusterErrors({ load_assignment: [] }), [
      'load_assignment: expected an object (envoy.config.endpoint.v3.ClusterLoadAssignment), not a list',
    ]);
  });

  it('explain what is left of the v2 API', () => {
    assert.deepEqual(clusterErrors({ hosts: [] }), [
      'hosts: hosts is of the v2 API, which Envoy dropped in 1.17 (use load_assignment: { cluster_name, endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }] })',
    ]);
    assert.deepEqual(
      errorsOf('envoy.config.listener.v3.Filter', { name: 'envoy.http_connection_manager', config: {} }),
      [
        'config: config is of the v2 API, which Envoy dropped in 1.17 (use typed_config with "@type": ' +
          `${typeUrl('filters.network.http_connection_manager.v3.HttpConnectionManager')})`,
      ],
    );
    const any = { '@type': 'type.googleapis.com/envoy.config.filter.http.router.v2.Router' };
    assert.deepEqual(
      errorsOf('envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter', {
        name: 'envoy.router',
        typed_config: any,
      }),
      [
        'typed_config.@type: envoy.config.filter.http.router.v2.Router is of the v2 API, which Envoy dropped in 1.17 ' +
          `(use ${typeUrl('filters.http.router.v3.Router')})`,
      ],
    );
  });

  it('warn of what is deprecated, and refuse what is no longer allowed', () => {
    const { problems } = checkMessage('envoy.config.cluster.v3.Cluster', {
      name: 'c',
      track_timeout_budgets: true,
    });
    assert.deepEqual(problems.map(formatProblem), [
      "warning: track_timeout_budgets: deprecated in Envoy's API",
    ]);
    const cluster = (name: string) => ({ name, type: 'STRICT_DNS', dns_refresh_rate: '2s' });
    const twice = checkMessage('envoy.config.bootstrap.v3.Bootstrap', {
      static_resources: { clusters: [cluster('a'), cluster('b')] },
    });
    assert.deepEqual(twice.problems.map(formatProblem), [
      "warning: static_resources.clusters[0].dns_refresh_rate: deprecated in Envoy's API " +
        '(its successor is cluster_type envoy.clusters.dns)',
    ]);
    for (const name of Object.keys(successors)) {
      const at = name.lastIndexOf('.');
      const field = messageSchema(name.slice(0, at))?.fields.get(name.slice(at + 1));
      assert.ok((field?.marks ?? 0) & Mark.Deprecated, name);
    }
    const key = { key: 'a', path: [{ key: 'a' }] };
    const action = { dynamic_metadata: { descriptor_key: 'a', metadata_key: key } };
    assert.match(errorsOf('envoy.config.route.v3.RateLimit.Action', action).join(), /no longer allowed/);
    const source = { grpc_services: [{ envoy_grpc: { cluster_name: 'x' } }] };
    assert.match(
      errorsOf('envoy.config.core.v3.ApiConfigSource', source).join(),
      /^api_type: .* no longer allowed/,
    );
    assert.deepEqual(errorsOf('envoy.config.core.v3.ApiConfigSource', { api_type: 'GRPC', ...source }), []);
  });
});

describe('an Any', () => {
  const filter = (typed_config: unknown, name = 'f') => ({ name, typed_config });
  const http = 'envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter';
  const router = typeUrl('filters.http.router.v3.Router');

  it('is read as the type it names, and keeps its @type', () => {
    const config = { '@type': router, suppressEnvoyHeaders: 'true' };
    assert.deepEqual(read(http, filter(config)), filter({ '@type': router, suppress_envoy_headers: true }));
    const prefix = { '@type': 'a/b/envoy.extensions.filters.http.router.v3.Router' };
    assert.deepEqual(read(http, filter(prefix)), filter(prefix));
    assert.deepEqual(errorsOf(http, filter({ '@type': router, nope: 1 })).length, 1);
  });

  it('must name a type that Envoy has', () => {
    assert.deepEqual(errorsOf(http, filter({ '@type': `${router}r` })), [
      `typed_config.@type: Envoy has no type envoy.extensions.filters.http.router.v3.Routerr (did you mean ${router}?)`,
    ]);
    assert.deepEqual(errorsOf(http, filter({ '@type': 'envoy.extensions.filters.http.router.v3.Router' })), [
      `typed_config.@type: "envoy.extensions.filters.http.router.v3.Router" is not a type URL (write ${router})`,
    ]);
    for (const config of [{}, { x: 1 }]) {
      assert.deepEqual(errorsOf(http, filter(config, 'envoy.filters.http.router')), [
        `typed_config: "@type" is required (such as "@type": ${router})`,
      ]);
    }
  });

  it('must be of the kind that its place takes', () => {
    const tcp = { '@type': typeUrl('filters.network.tcp_proxy.v3.TcpProxy'), stat_prefix: 's', cluster: 'c' };
    assert.deepEqual(errorsOf(http, filter(tcp)), [
      'typed_config.@type: envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy is not one of envoy.filters.http ' +
        '(it is one of envoy.filters.network)',
    ]);
    const downstream = { '@type': typeUrl('transport_sockets.tls.v3.DownstreamTlsContext') };
    assert.equal(clusterErrors({ transport_socket: filter(downstream) }).length, 1);
    const upstream = { '@type': typeUrl('transport_sockets.tls.v3.UpstreamTlsContext') };
    assert.deepEqual(clusterErrors({ transport_socket: filter(upstream) }), []);
  });

  it('may not be left out', () => {
    assert.deepEqual(errorsOf(http, { name: 'envoy.filters.http.router' }), [
      `typed_config: is required (such as { "@type": ${router} })`,
    ]);
    assert.deepEqual(errorsOf('envoy.config.accesslog.v3.AccessLog', { name: 'x' }).length, 1);
    assert.deepEqual(clusterErrors({ cluster_type: { name: 'envoy.cluster.strict_dns' } }), []);
  });

  it('stands for what a TypedStruct in it describes', () => {
    for (const struct of ['xds.type.v3.TypedStruct', 'udpa.type.v1.TypedStruct']) {
      const any = {
        '@type': `type.googleapis.com/${struct}`,
        type_url: router,
        value: { dynamicStats: false },
      };
      assert.deepEqual(read(http, filter(any)), filter({ '@type': router, dynamic_stats: false }));
    }
    const wrong = {
      '@type': 'type.googleapis.com/xds.type.v3.TypedStruct',
      type_url: router,
      value: { nope: 1 },
    };
    assert.match(errorsOf(http, filter(wrong)).join(), /^typed_config\.value\.nope: unknown field/);
  });

  it('holds well-known types under value', () => {
    const any = { '@type': 'type.googleapis.com/google.protobuf.Duration', value: '2s' };
    const metadata = { typed_filter_metadata: { a: any } };
    assert.deepEqual(read('envoy.config.core.v3.Metadata', metadata), {
      typed_filter_metadata: { a: { ...any, value: 2000 } },
    });
  });

  it('knows the names under which protocol options are found', () => {
    const options = {
      '@type': typeUrl('upstreams.http.v3.HttpProtocolOptions'),
      explicit_http_config: { http2_protocol_options: {} },
    };
    const named = (name: string) => clusterErrors({ typed_extension_protocol_options: { [name]: options } });
    assert.deepEqual(named('envoy.extensions.upstreams.http.v3.HttpProtocolOptions'), []);
    assert.match(named('envoy.extensions.upstreams.http.v3.HttpProtocolOption').join(), /did you mean/);
  });
});
