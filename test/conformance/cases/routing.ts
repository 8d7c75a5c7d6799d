import type { Case } from '../case.ts';

const at = (path: string, host = 'a', ...headers: string[]) => ({
  send: `GET ${path} HTTP/1.1\r\nhost: ${host}\r\n${headers.map((header) => `${header}\r\n`).join('')}\r\n`,
});
/** A route that says which one it is. */
const says = (name: string, match: Record<string, unknown>) => ({
  name,
  match,
  direct_response: { status: 200, body: { inline_string: name } },
});
const vhost = (name: string, ...domains: string[]) => ({
  name,
  domains,
  routes: [says(name, { prefix: '/' })],
});
const redirect = (name: string, action: Record<string, unknown>, ...exchanges: Case['exchanges']): Case => ({
  name: `redirects/${name}`,
  config: { routes: [{ match: { prefix: '/' }, redirect: action }] },
  exchanges: exchanges.length > 0 ? exchanges : [at('/a/b?c=d', 'h.example:81')],
});
const rewrite = (
  name: string,
  match: Record<string, unknown>,
  action: Record<string, unknown>,
  ...exchanges: Case['exchanges']
): Case => ({
  name: `rewrites/${name}`,
  config: { routes: [{ match, route: { cluster: 'up', ...action } }] },
  exchanges,
});

/** Which route a request takes, and what becomes of its path and host. */
export const routing: readonly Case[] = [
  {
    name: 'routing/virtual-hosts',
    config: {
      virtualHosts: [
        vhost('exact', 'www.a.com', 'a.com:8080'),
        vhost('suffix', '*.a.com', '*-b.a.com'),
        vhost('long-suffix', '*.www.a.com'),
        vhost('prefix', 'www.*'),
        vhost('rest', '*'),
      ],
    },
    exchanges: [
      at('/', 'www.a.com'),
      at('/', 'WWW.A.com'),
      at('/', 'x.a.com'),
      at('/', 'x.www.a.com'),
      at('/', 'www.b.com'),
      at('/', 'a.com'),
      at('/', 'a.com:8080'),
      at('/', 'www.a.com:99'),
      at('/', '.a.com'),
      at('/', 'other'),
    ],
  },
  {
    name: 'routing/ignore-port',
    config: {
      virtualHosts: [vhost('exact', 'a.com'), vhost('rest', '*')],
      routeConfig: { ignore_port_in_host_matching: true },
    },
    exchanges: [at('/', 'a.com:99'), at('/', 'a.com')],
  },
  {
    name: 'routing/prefix-path-regex',
    config: {
      routes: [
        says('path', { path: '/exact' }),
        says('regex', { safe_regex: { regex: '/r/[0-9]+' } }),
        says('sep', { path_separated_prefix: '/sep' }),
        says('prefix', { prefix: '/pre' }),
        says('insensitive', { prefix: '/CaSe', case_sensitive: false }),
      ],
    },
    exchanges: [
      at('/exact'),
      at('/exact?x=1'),
      at('/exact/'),
      at('/r/12'),
      at('/r/12?x'),
      at('/r/12/3'),
      at('/sep'),
      at('/sep/a'),
      at('/separate'),
      at('/sep?x'),
      at('/prefix'),
      at('/Pre'),
      at('/case/x'),
      at('/none'),
    ],
  },
  {
    name: 'routing/headers',
    config: {
      routes: [
        says('exact', { prefix: '/', headers: [{ name: 'x-a', string_match: { exact: 'one' } }] }),
        says('range', { prefix: '/', headers: [{ name: 'x-n', range_match: { start: 5, end: 10 } }] }),
        says('regex', {
          prefix: '/',
          headers: [{ name: 'x-r', string_match: { safe_regex: { regex: 'a+b' } } }],
        }),
        says('prefix-i', {
          prefix: '/',
          headers: [{ name: 'x-p', string_match: { prefix: 'ab', ignore_case: true } }],
        }),
        says('contains', { prefix: '/', headers: [{ name: 'x-c', string_match: { contains: 'mid' } }] }),
        says('absent', { prefix: '/absent', headers: [{ name: 'x-z', present_match: false }] }),
        says('not', {
          prefix: '/not',
          headers: [{ name: 'x-z', string_match: { exact: 'v' }, invert_match: true }],
        }),
        says('empty', {
          prefix: '/empty',
          headers: [{ name: 'x-z', string_match: { exact: '' }, treat_missing_header_as_empty: true }],
        }),
        says('method', { prefix: '/', headers: [{ name: ':method', string_match: { exact: 'PUT' } }] }),
        says('present', { prefix: '/', headers: [{ name: 'x-z', present_match: true }] }),
      ],
    },
    exchanges: [
      at('/', 'a', 'x-a: one'),
      at('/', 'a', 'X-A: One'),
      at('/', 'a', 'x-n: 5'),
      at('/', 'a', 'x-n: 10'),
      at('/', 'a', 'x-n: 7x'),
      at('/', 'a', 'x-r: aab'),
      at('/', 'a', 'x-r: xaab'),
      at('/', 'a', 'x-p: ABc'),
      at('/', 'a', 'x-c: amidst'),
      at('/absent'),
      at('/absent', 'a', 'x-z: v'),
      at('/not', 'a', 'x-z: v'),
      at('/not'),
      at('/empty'),
      at('/', 'a', 'x-a: one', 'x-a: two'),
      { send: 'PUT / HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n' },
    ],
  },
  {
    name: 'routing/query',
    config: {
      routes: [
        says('exact', { prefix: '/', query_parameters: [{ name: 'a', string_match: { exact: '1' } }] }),
        says('present', { prefix: '/', query_parameters: [{ name: 'b', present_match: true }] }),
        says('regex', {
          prefix: '/',
          query_parameters: [{ name: 'c', string_match: { safe_regex: { regex: '\\d+' } } }],
        }),
      ],
    },
    exchanges: [
      at('/?a=1'),
      at('/?a=2&b'),
      at('/?b='),
      at('/?c=12'),
      at('/?c=x'),
      at('/?a=%31'),
      at('/?A=1'),
      at('/?a=1#f'),
      at('/?a=2&a=1'),
    ],
  },
  {
    name: 'routing/order-first-wins',
    config: { routes: [says('first', { prefix: '/a' }), says('second', { path: '/a' })] },
    exchanges: [at('/a')],
  },
  {
    name: 'routing/weighted-all-to-one',
    upstreams: { up: {}, other: {} },
    config: {
      routes: [
        {
          match: { prefix: '/' },
          route: {
            weighted_clusters: {
              clusters: [
                { name: 'up', weight: 0 },
                {
                  name: 'other',
                  weight: 100,
                  request_headers_to_add: [{ header: { key: 'x-w', value: '1' } }],
                  response_headers_to_add: [{ header: { key: 'x-wr', value: '1' } }],
                },
              ],
            },
          },
        },
      ],
    },
    exchanges: [at('/'), at('/')],
  },
  {
    name: 'routing/cluster-header',
    upstreams: { up: {}, other: {} },
    config: { routes: [{ match: { prefix: '/' }, route: { cluster_header: 'x-c' } }] },
    exchanges: [at('/', 'a', 'x-c: other'), at('/', 'a', 'x-c: up')],
  },
  {
    name: 'routing/runtime-fraction-0-and-100',
    config: {
      bootstrap: {
        layered_runtime: { layers: [{ name: 's', static_layer: { 'r.none': 0, 'r.all': 100 } }] },
      },
      routes: [
        says('none', {
          prefix: '/',
          runtime_fraction: { default_value: { numerator: 100 }, runtime_key: 'r.none' },
        }),
        says('all', {
          prefix: '/',
          runtime_fraction: { default_value: { numerator: 0 }, runtime_key: 'r.all' },
        }),
        says('default-0', { prefix: '/', runtime_fraction: { default_value: { numerator: 0 } } }),
      ],
    },
    exchanges: [at('/')],
  },
  {
    name: 'routing/require-tls',
    config: { virtualHost: { require_tls: 'ALL' } },
    exchanges: [at('/x?y', 'h:99')],
  },
  redirect('host', { host_redirect: 'new.example' }),
  redirect('port', { port_redirect: 1234 }),
  redirect(
    'https',
    { https_redirect: true },
    at('/a', 'h.example:80'),
    at('/a', 'h.example:81'),
    at('/a', 'h.example'),
  ),
  redirect('scheme', { scheme_redirect: 'ftp' }),
  redirect('path', { path_redirect: '/new?x=1' }),
  redirect('path-keeps-query', { path_redirect: '/new' }),
  redirect('strip-query', { strip_query: true, host_redirect: 'n' }),
  redirect('prefix', { prefix_rewrite: '/p/' }),
  redirect('regex', { regex_rewrite: { pattern: { regex: '^/a/(.*)$' }, substitution: '/\\1/z' } }),
  redirect('code', { host_redirect: 'n', response_code: 'TEMPORARY_REDIRECT' }),
  redirect('see-other', { host_redirect: 'n', response_code: 'SEE_OTHER' }),
  rewrite('prefix', { prefix: '/a' }, { prefix_rewrite: '/b' }, at('/a/x?y=1'), at('/a'), at('/abc')),
  rewrite('prefix-to-root', { prefix: '/a/' }, { prefix_rewrite: '/' }, at('/a/x')),
  rewrite('path', { path: '/a' }, { prefix_rewrite: '/b' }, at('/a?x')),
  rewrite(
    'regex',
    { prefix: '/' },
    { regex_rewrite: { pattern: { regex: '/v([0-9]+)/(\\w+)' }, substitution: '/\\2/v\\1\\\\' } },
    at('/v1/x/v2/y?q=/v3/z'),
  ),
  rewrite(
    'host',
    { prefix: '/' },
    { host_rewrite_literal: 'new.example', append_x_forwarded_host: true },
    at('/'),
  ),
  rewrite(
    'host-header',
    { prefix: '/' },
    { host_rewrite_header: 'x-h' },
    at('/', 'a', 'x-h: from.header'),
    at('/'),
  ),
  rewrite(
    'host-path-regex',
    { prefix: '/' },
    { host_rewrite_path_regex: { pattern: { regex: '^/(.+)/.+$' }, substitution: '\\1' } },
    at('/bob/x?y'),
  ),
  rewrite('auto-host', { prefix: '/' }, { auto_host_rewrite: true }, at('/')),
];
