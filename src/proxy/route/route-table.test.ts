import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { envoy } from '../../bootstrap/api.generated.ts';
import { ResponseHeaders } from '../http/headers.ts';
import { LayeredRuntime } from '../runtime/layered-runtime.ts';
import { StatsStore } from '../stats/store.ts';
import { fakeContext, fakeInfo, fakeRequest } from './context.fake.ts';
import { compileRoutes } from './route-table.ts';

type RouteConfig = envoy.config.route.v3.Route;
type RouteConfiguration = envoy.config.route.v3.RouteConfiguration;

/** A table of one virtual host. */
function configOf(routes: RouteConfig[], rest: Partial<RouteConfiguration> = {}): RouteConfiguration {
  return { name: 'rc', virtual_hosts: [{ name: 'v', domains: ['*'], routes }], ...rest };
}

const prefix = (path: string, action: Partial<RouteConfig>): RouteConfig => ({
  match: { prefix: path },
  ...action,
});

const weighted = (clusters: envoy.config.route.v3.WeightedCluster.ClusterWeight[]): Partial<RouteConfig> => ({
  route: { weighted_clusters: { clusters } },
});

const adding = (header: Partial<envoy.config.core.v3.HeaderValueOption>): Partial<RouteConfig> => ({
  direct_response: { status: 200 },
  request_headers_to_add: [{ header: { key: 'a', value: 'b' }, ...header }],
});

const bodyOf = (body: envoy.config.core.v3.DataSource): Partial<RouteConfig> => ({
  direct_response: { status: 200, body },
});

test('refuses what Envoy 1.40 refuses, in its words', () => {
  const cases: readonly (readonly [Partial<RouteConfig>, string])[] = [
    [{ route: { cluster: 'nosuch' } }, "route: unknown cluster 'nosuch'"],
    [weighted([{ name: 'nosuch', weight: 1 }]), "route: unknown weighted cluster 'nosuch'"],
    [weighted([{ name: 'c', weight: 0 }]), 'Sum of weights in the weighted_cluster must be greater than 0.'],
    [weighted([{ name: 'c' }]), "Field 'weight' is missing in: c"],
    [
      { name: 'rn', ...weighted([4294967295, 1].map((weight) => ({ name: 'c', weight }))) },
      'The sum of weights of all weighted clusters of route rn exceeds 4294967295',
    ],
    [
      weighted([{ name: 'c', cluster_header: 'x', weight: 1 }]),
      'Only one of name or cluster_header can be specified',
    ],
    [weighted([{ weight: 1 }]), 'At least one of name or cluster_header need to be specified'],
    [adding({ header: { key: ':path', value: 'b' } }), ':-prefixed or host headers may not be modified'],
    [adding({ header: { key: 'Host', value: 'b' } }), ':-prefixed or host headers may not be modified'],
    [adding({ header: { key: 'a', value: '%NOPE%' } }), 'Not supported field in StreamInfo: NOPE'],
    [
      adding({ append: false, append_action: 'ADD_IF_ABSENT' }),
      "Both append and append_action are set and it's not allowed",
    ],
    [
      { direct_response: { status: 200 }, request_headers_to_remove: ['host'] },
      ':-prefixed or host headers may not be removed',
    ],
    [bodyOf({ inline_string: 'x'.repeat(4097) }), 'response body size is 4097 bytes; maximum is 4096'],
    [bodyOf({ filename: '/nope' }), 'file /nope does not exist'],
    [bodyOf({ filename: '/big' }), 'file /big size is 5000 bytes; maximum is 4096'],
    [bodyOf({ environment_variable: 'NOPE' }), "Environment variable doesn't exist: NOPE"],
    [
      { route: { cluster: 'c', prefix_rewrite: '/a', path_rewrite: '/b' } },
      'Specify only one of prefix_rewrite, regex_rewrite or path_rewrite_policy',
    ],
    [
      { route: { cluster: 'c', path_rewrite: '%NOPE%' } },
      'Failed to create path rewrite formatter: INVALID_ARGUMENT: Not supported field in StreamInfo: NOPE',
    ],
    [
      { route: { cluster: 'c', host_rewrite: '%NOPE%' } },
      'Failed to create host rewrite formatter: INVALID_ARGUMENT: Not supported field in StreamInfo: NOPE',
    ],
  ];
  const context = fakeContext({
    readFile: (path) => {
      if (path === '/big') return Buffer.alloc(5000);
      throw new Error('ENOENT');
    },
  });
  for (const [route, message] of cases)
    assert.throws(() => compileRoutes(configOf([prefix('/', route)]), context), { message, code: 'invalid' });
});

test('validate_clusters: false lets unknown clusters pass', () => {
  const config = configOf([prefix('/', { route: { cluster: 'nosuch' } })], { validate_clusters: false });
  assert.deepEqual([...compileRoutes(config, fakeContext()).clusters], ['nosuch']);
});

test('the first route that matches wins', () => {
  const table = compileRoutes(
    configOf([
      { name: 'a', ...prefix('/a', { route: { cluster: 'c' } }) },
      { name: 'any', ...prefix('/', { route: { cluster: 'd' } }) },
      { name: 'late', ...prefix('/b', { route: { cluster: 'c' } }) },
    ]),
    fakeContext(),
  );
  const nameOf = (path: string) => table.match(fakeRequest(path), fakeInfo())?.name;
  assert.equal(nameOf('/ab'), 'a');
  assert.equal(nameOf('/b'), 'any');
  assert.equal(compileRoutes(configOf([]), fakeContext()).match(fakeRequest('/'), fakeInfo()), null);
});

test('weights divide the draws', () => {
  let random = 0;
  const table = compileRoutes(
    configOf([prefix('/', weighted([1, 0, 3].map((weight, i) => ({ name: 'cde'[i]!, weight }))))]),
    fakeContext({ random: () => random++ }),
  );
  const drawn: Record<string, number> = {};
  for (let i = 0; i < 400; i++) {
    const request = fakeRequest('/');
    const cluster = table.match(request, fakeInfo())!.forward!.cluster(request);
    drawn[cluster] = (drawn[cluster] ?? 0) + 1;
  }
  assert.deepEqual(drawn, { c: 100, e: 300 });
  assert.deepEqual([...table.clusters].sort(), ['c', 'd', 'e']);
});

test('weights come from the runtime, draws from a header', () => {
  const layers = [{ name: 's', static_layer: { w: { c: 0, d: 10 } } }];
  const runtime = new LayeredRuntime({ layers }, new StatsStore());
  const clusters = ['c', 'd'].map((name) => ({ name, weight: 50 }));
  const clusterFor = (rest: object, fields: Record<string, string | string[]>): string => {
    const route = { weighted_clusters: { clusters, ...rest } };
    const table = compileRoutes(configOf([prefix('/', { route })]), fakeContext({ runtime }));
    const request = fakeRequest('/', 'h', fields);
    return table.match(request, fakeInfo())!.forward!.cluster(request);
  };
  assert.equal(clusterFor({}, {}), 'c');
  assert.equal(clusterFor({ runtime_key_prefix: 'w' }, {}), 'd');
  assert.equal(clusterFor({ header_name: 'X-Draw' }, { 'x-draw': '50' }), 'd');
  assert.equal(clusterFor({ header_name: 'X-Draw' }, { 'x-draw': '18446744073709551599' }), 'd');
  assert.equal(clusterFor({ header_name: 'X-Draw' }, { 'x-draw': ['50', '50'] }), 'c');
  assert.equal(clusterFor({ header_name: 'X-Draw' }, { 'x-draw': 'x' }), 'c');
});

test('runtime_fraction lets that part of the draws match', () => {
  const fraction = (
    runtime_fraction: envoy.config.core.v3.RuntimeFractionalPercent,
    random: number,
  ): boolean => {
    const layers = [{ name: 's', static_layer: { half: 50, per: { numerator: 5, denominator: 'MILLION' } } }];
    const table = compileRoutes(
      configOf([{ match: { prefix: '/', runtime_fraction }, direct_response: { status: 200 } }]),
      fakeContext({ runtime: new LayeredRuntime({ layers }, new StatsStore()), random: () => random }),
    );
    return table.match(fakeRequest('/'), fakeInfo()) !== null;
  };
  assert.equal(fraction({ default_value: { numerator: 30 } }, 129), true);
  assert.equal(fraction({ default_value: { numerator: 30 } }, 130), false);
  assert.equal(fraction({ default_value: { numerator: 30, denominator: 'TEN_THOUSAND' } }, 10_030), false);
  assert.equal(fraction({ default_value: {}, runtime_key: 'half' }, 149), true);
  assert.equal(fraction({ default_value: {}, runtime_key: 'half' }, 150), false);
  assert.equal(fraction({ default_value: { numerator: 100 }, runtime_key: 'per' }, 5), false);
  assert.equal(fraction({ default_value: { numerator: 100 }, runtime_key: 'unset' }, 99), true);
});

test('require_tls sends plain requests to https', () => {
  const table = compileRoutes(
    {
      virtual_hosts: [
        {
          name: 'a',
          domains: ['all'],
          require_tls: 'ALL',
          routes: [prefix('/', bodyOf({ inline_string: 'x' }))],
        },
        {
          name: 'e',
          domains: ['ext', 'ext:80'],
          require_tls: 'EXTERNAL_ONLY',
          response_headers_to_add: [{ header: { key: 'xx', value: 'y' } }],
          routes: [prefix('/', bodyOf({ inline_string: 'x' }))],
        },
      ],
    },
    fakeContext(),
  );
  const answer = (path: string, host: string, fields: Record<string, string> = {}) => {
    const request = fakeRequest(path, host, fields);
    const reply = table.match(request, fakeInfo())!.directReply!(request, fakeInfo());
    const headers = new ResponseHeaders();
    reply.modifyHeaders?.(headers);
    return [reply.status, headers.get('location'), headers.get('xx')];
  };
  assert.deepEqual(answer('/a?b', 'all'), [301, 'https://all/a?b', undefined]);
  assert.deepEqual(answer('/', 'all', { 'x-forwarded-proto': 'https' }), [200, undefined, undefined]);
  assert.deepEqual(answer('/a', 'ext:80'), [301, 'https://ext:80/a', undefined]);
  assert.deepEqual(answer('/a', 'ext', { 'x-envoy-internal': 'true' }), [200, undefined, 'y']);
});

test('what a route says of its upstream', () => {
  const of = (route: envoy.config.route.v3.RouteAction, host: object = {}) =>
    compileRoutes(
      { virtual_hosts: [{ name: 'v', domains: ['*'], routes: [prefix('/', { route })], ...host }] },
      fakeContext(),
    ).match(fakeRequest('/', 'h', { 'x-c': 'e' }), fakeInfo())!.forward!;
  const plain = of({ cluster: 'c' });
  assert.equal(plain.timeoutMs, 15_000);
  assert.equal(plain.idleTimeoutMs, undefined);
  assert.equal(plain.clusterNotFoundStatus, 503);
  assert.equal(plain.includeRequestAttemptCount, false);
  const other = of(
    {
      cluster_header: 'X-C',
      timeout: 0,
      idle_timeout: 5,
      cluster_not_found_response_code: 'NOT_FOUND',
      auto_host_rewrite: true,
      append_x_forwarded_host: true,
    },
    { include_request_attempt_count: true, include_attempt_count_in_response: true },
  );
  assert.equal(other.cluster(fakeRequest('/', 'h', { 'x-c': 'e' })), 'e');
  assert.equal(other.cluster(fakeRequest('/')), '');
  assert.equal(other.timeoutMs, 0);
  assert.equal(other.idleTimeoutMs, 5);
  assert.equal(other.clusterNotFoundStatus, 404);
  assert.equal(other.autoHostRewrite, true);
  assert.equal(other.appendForwardedHost, true);
  assert.equal(other.includeRequestAttemptCount, true);
  assert.equal(other.includeAttemptCountInResponse, true);
});

test('direct responses: location, body and type as measured with Envoy 1.40', () => {
  const answer = (
    direct_response: envoy.config.route.v3.DirectResponseAction,
    rest: Partial<RouteConfig> = {},
  ) => {
    const table = compileRoutes(
      configOf([{ name: 'n', ...prefix('/', { direct_response }), ...rest }]),
      fakeContext(),
    );
    const request = fakeRequest('/a?b', 'h:80');
    const reply = table.match(request, fakeInfo())!.directReply!(request, fakeInfo());
    const headers = new ResponseHeaders();
    reply.modifyHeaders?.(headers);
    return { body: reply.body, headers: headers.names.map((name, i) => `${name}: ${headers.values[i]}`) };
  };
  const body = { inline_string: 'h\u00e9 %PROTOCOL%' };
  const text = (inline_string: string) => ({ text_format_source: { inline_string } });
  assert.deepEqual(answer({ status: 200, body }), { body: 'h\xc3\xa9 %PROTOCOL%', headers: [] });
  assert.deepEqual(answer({ status: 201 }).headers, ['location: http://h:80/a?b']);
  assert.deepEqual(answer({ status: 307 }).headers, ['location: http://h:80/a?b']);
  assert.deepEqual(answer({ status: 404 }).headers, []);
  assert.deepEqual(
    answer({ status: 200, body, body_format: text('[%LOCAL_REPLY_BODY%] %REQ(:path)% %RESPONSE_CODE%') }),
    {
      body: '[h\xc3\xa9 %PROTOCOL%] /a?b 0',
      headers: [],
    },
  );
  assert.deepEqual(answer({ status: 200, body, body_format: { json_format: { b: '%LOCAL_REPLY_BODY%' } } }), {
    body: '{"b":"h\xc3\xa9 %PROTOCOL%"}\n',
    headers: ['content-type: application/json'],
  });
  const added = { header: { key: 'content-type', value: 'c/d' } };
  assert.deepEqual(
    answer(
      { status: 200, body_format: { ...text('x'), content_type: 'a/b' } },
      { response_headers_to_add: [added] },
    ),
    { body: 'x', headers: ['content-type: a/b'] },
  );
});
