// Over 300 lines because it is one table of cases.
import type { Case } from '../case.ts';

const at = (path: string, host = 'a', ...fields: string[]) => ({
  send: `GET ${path} HTTP/1.1\r\nhost: ${host}\r\n${fields.map((field) => `${field}\r\n`).join('')}\r\n`,
});
const says = (name: string, match: Record<string, unknown>) => ({
  name,
  match,
  direct_response: { status: 200, body: { inline_string: name } },
});
const rest = says('rest', { prefix: '/' });
const matching = (
  name: string,
  matches: readonly Record<string, unknown>[],
  exchanges: Case['exchanges'],
  more: Record<string, unknown> = {},
): Case => ({
  name: `routing/${name}`,
  config: { routes: [...matches.map((match, i) => says(`r${i}`, match)), rest], ...more },
  exchanges,
});
const paths = (...list: string[]) => list.map((path) => at(path));
const string = (match: Record<string, unknown>) => ({
  prefix: '/',
  headers: [{ name: 'x', string_match: match }],
});
const x = (...values: string[]) => values.map((value) => at('/', 'a', `x: ${value}`));
const vhost = (name: string, ...domains: string[]) => ({
  name,
  domains,
  routes: [says(name, { prefix: '/' })],
});
const hosts = (
  name: string,
  virtualHosts: readonly unknown[],
  list: readonly string[],
  more: Record<string, unknown> = {},
): Case => ({
  name: `routing/${name}`,
  config: { virtualHosts, ...more },
  exchanges: list.map((host) => at('/', host)),
});
const refused = (name: string, routes: readonly unknown[], more: Record<string, unknown> = {}): Case => ({
  name: `routing/refused-${name}`,
  config: { routes, ...more },
  refused: true,
  exchanges: [],
});
const to = (match: Record<string, unknown>, action: Record<string, unknown>) => ({
  match,
  route: { cluster: 'up', ...action },
});
const redirect = (
  name: string,
  match: Record<string, unknown>,
  action: Record<string, unknown>,
  exchanges: Case['exchanges'],
  hcm = {},
): Case => ({
  name: `redirects/${name}`,
  config: { hcm, routes: [{ match, redirect: action }] },
  exchanges,
});
const rewrite = (
  name: string,
  match: Record<string, unknown>,
  action: Record<string, unknown>,
  exchanges: Case['exchanges'],
): Case => ({
  name: `rewrites/${name}`,
  config: { routes: [to(match, action)] },
  exchanges,
});
const regex = (pattern: string, substitution: string) => ({ pattern: { regex: pattern }, substitution });

/** Corners of route matching, redirects and rewrites. */
export const routeCorners: readonly Case[] = [
  matching(
    'prefix-corners',
    [{ prefix: '/a/' }, { prefix: '/a' }, { prefix: '/ä' }, { prefix: '/%41' }],
    paths(
      '/a',
      '/a/',
      '/a/b',
      '/ab',
      '/A',
      '/%41',
      '/%61',
      '/a?x',
      '/a/?x',
      '/a;p=1',
      '/a%2Fb',
      '//a',
      '/.//a',
    ),
  ),
  matching(
    'path-corners',
    [{ path: '/a' }, { path: '/b', case_sensitive: false }, { path: '/c?d' }, { path: '/e/' }],
    paths('/a', '/a?', '/a?b=c', '/a/', '/A', '/B', '/b', '/c?d', '/c', '/e', '/e/', '/a;x'),
  ),
  matching(
    'path-parameters-ignored',
    [{ path: '/a' }, { prefix: '/b/' }],
    paths('/a;x=1', '/a;x?q', '/b/;y', '/b;/c'),
    { routeConfig: { ignore_path_parameters_in_path_matching: true } },
  ),
  matching(
    'separated-prefix-corners',
    [{ path_separated_prefix: '/a/b' }, { path_separated_prefix: '/c', case_sensitive: false }],
    paths('/a/b', '/a/b/', '/a/b/c', '/a/bc', '/a/b?x', '/a/b#x', '/C', '/C/d', '/cd', '/a/b;x'),
  ),
  matching(
    'regex-corners',
    [
      { safe_regex: { regex: '/a.*b' } },
      { safe_regex: { regex: '(?i)/CASE' } },
      { safe_regex: { regex: '/(x|y){2}' } },
      { safe_regex: { regex: '/d\\?e' } },
    ],
    paths('/ab', '/aXb?c', '/abc', '/case', '/Case?x', '/case/', '/xy', '/xyx', '/d?e', '/a/b/c/b'),
  ),
  matching(
    'string-exact',
    [string({ exact: 'one' }), string({ exact: 'TWO', ignore_case: true })],
    x('one', 'ONE', 'two', 'Two', ' one ', 'one two'),
  ),
  matching(
    'string-prefix-suffix-contains',
    [
      string({ prefix: 'pre' }),
      string({ suffix: 'suf' }),
      string({ contains: 'mid' }),
      string({ prefix: 'CI', ignore_case: true }),
      string({ suffix: 'SX', ignore_case: true }),
      string({ contains: 'MM', ignore_case: true }),
    ],
    x('prefix', 'xsuf', 'a mid b', 'cia', 'Ciz', 'asx', 'xmmx', 'PRE', 'SUF', 'MID', 'suff'),
  ),
  matching('string-regex', [string({ safe_regex: { regex: '[a-c]+' } })], x('abc', 'abcd', '', 'a b')),
  matching(
    'header-repeated',
    [
      { prefix: '/', headers: [{ name: 'x', string_match: { exact: 'a,b' } }] },
      { prefix: '/', headers: [{ name: 'x', string_match: { exact: 'b' } }] },
    ],
    [at('/', 'a', 'x: a', 'x: b'), at('/', 'a', 'x: a,b'), at('/', 'a', 'x: b', 'x: a')],
  ),
  matching(
    'header-range',
    [
      { prefix: '/', headers: [{ name: 'x', range_match: { start: -10, end: 0 } }] },
      { prefix: '/', headers: [{ name: 'x', range_match: { start: 5, end: 5 } }] },
    ],
    x('-10', '-1', '0', '5', '+5', '-11', '05', '5.0', ' -3', '99999999999999999999'),
  ),
  matching(
    'header-pseudo',
    [
      { prefix: '/', headers: [{ name: ':authority', string_match: { exact: 'h' } }] },
      { prefix: '/', headers: [{ name: ':path', string_match: { suffix: 'z' } }] },
      { prefix: '/', headers: [{ name: ':scheme', string_match: { exact: 'https' } }] },
      { prefix: '/', headers: [{ name: 'host', present_match: true }] },
    ],
    [at('/', 'h'), at('/?z'), at('/'), at('/', 'a', 'x-forwarded-proto: https')],
  ),
  matching(
    'header-missing',
    [
      { prefix: '/1', headers: [{ name: 'x', string_match: { exact: 'a' }, invert_match: true }] },
      {
        prefix: '/2',
        headers: [
          {
            name: 'x',
            string_match: { exact: 'a' },
            invert_match: true,
            treat_missing_header_as_empty: true,
          },
        ],
      },
      { prefix: '/3', headers: [{ name: 'x', present_match: true, invert_match: true }] },
      { prefix: '/4', headers: [{ name: 'x', present_match: false, invert_match: true }] },
    ],
    ['/1', '/2', '/3', '/4'].flatMap((path) => [at(path), at(path, 'a', 'x: a'), at(path, 'a', 'x:')]),
  ),
  matching(
    'all-conditions-must-hold',
    [
      {
        prefix: '/',
        headers: [
          { name: 'x', present_match: true },
          { name: 'y', present_match: true },
        ],
        query_parameters: [{ name: 'q', present_match: true }],
      },
    ],
    [at('/?q', 'a', 'x: 1', 'y: 2'), at('/?q', 'a', 'x: 1'), at('/', 'a', 'x: 1', 'y: 2')],
  ),
  matching(
    'query-corners',
    [
      { prefix: '/', query_parameters: [{ name: 'a', string_match: { exact: '1' } }] },
      { prefix: '/', query_parameters: [{ name: 'b', string_match: { exact: '' } }] },
      { prefix: '/', query_parameters: [{ name: 'c d', present_match: true }] },
      {
        prefix: '/',
        query_parameters: [
          { name: 'e', present_match: false },
          { name: 'f', present_match: true },
        ],
      },
    ],
    paths(
      '/?a=1',
      '/?&a=1&',
      '/?a=1&a=2',
      '/?a=2&a=1',
      '/?a',
      '/?b',
      '/?b=',
      '/?b=1',
      '/?c%20d',
      '/?c+d',
      '/?%61=1',
      '/?f',
      '/?f&e',
      '/?a=1=2',
      '/??a=1',
      '/?x#?a=1',
    ),
  ),
  matching(
    'runtime-fraction-of-a-denominator',
    [
      {
        prefix: '/',
        runtime_fraction: { default_value: { numerator: 10_000, denominator: 'TEN_THOUSAND' } },
      },
    ],
    paths('/'),
  ),
  matching(
    'grpc-only',
    [{ prefix: '/', grpc: {} }],
    [
      at('/'),
      at('/', 'a', 'content-type: application/grpc'),
      at('/', 'a', 'content-type: application/grpc+proto'),
      at('/', 'a', 'content-type: application/grpc-web'),
    ],
  ),
  matching(
    'cookies',
    [
      { prefix: '/', cookies: [{ name: 'a', string_match: { exact: '1' } }] },
      { prefix: '/', cookies: [{ name: 'b', string_match: { prefix: 'x' }, invert_match: true }] },
    ],
    [
      at('/', 'a', 'cookie: a=1'),
      at('/', 'a', 'cookie: z=0; a=1'),
      at('/', 'a', 'cookie: a=2; b=y'),
      at('/', 'a', 'cookie: b=xy'),
      at('/'),
      at('/', 'a', 'cookie: a="1"'),
      at('/', 'a', 'cookie: A=1; b=x'),
    ],
  ),
  hosts(
    'hosts-and-ports',
    [vhost('exact', 'a.com'), vhost('port', 'a.com:80'), vhost('any-port', '*:81'), vhost('rest', '*')],
    ['a.com', 'a.com:80', 'a.com:81', 'b.com:81', 'A.COM', 'a.com.', 'a.com:080'],
  ),
  hosts(
    'hosts-and-wildcards',
    [
      vhost('all', '*.com'),
      vhost('longer', '*.b.com'),
      vhost('dash', '*-x.b.com'),
      vhost('pre', 'b.*'),
      vhost('pre-longer', 'b.c.*'),
    ],
    ['a.com', 'com', '.com', 'x.b.com', 'a-x.b.com', '-x.b.com', 'b.com', 'b.c.d', 'b.', 'b.c.', 'none'],
  ),
  hosts(
    'hosts-in-brackets',
    [vhost('six', '[::1]'), vhost('six-port', '[::1]:80'), vhost('rest', '*')],
    ['[::1]', '[::1]:80', '[::1]:81', '[::2]'],
  ),
  hosts(
    'hosts-with-ports-ignored',
    [vhost('exact', 'a.com'), vhost('six', '[::1]'), vhost('wild', '*.b.com'), vhost('rest', '*')],
    ['a.com:1', 'x.b.com:2', '[::1]:3', 'c:4'],
    { routeConfig: { ignore_port_in_host_matching: true } },
  ),
  refused('two-default-hosts', [], { virtualHosts: [vhost('a', '*'), vhost('b', '*')] }),
  refused('same-domain-twice', [], { virtualHosts: [vhost('a', 'x.com'), vhost('b', 'X.com')] }),
  refused('star-in-the-middle', [], { virtualHosts: [vhost('a', 'x.*.com')] }),
  refused('same-name-twice', [], { virtualHosts: [vhost('a', 'x.com'), vhost('a', 'y.com')] }),
  refused('no-domains', [], { virtualHosts: [{ name: 'a', domains: [], routes: [] }] }),
  refused('bad-regex', [says('r', { safe_regex: { regex: '(' } })]),
  refused('empty-regex', [says('r', { safe_regex: { regex: '' } })]),
  refused('no-match', [{ direct_response: { status: 200 } }]),
  refused('no-action', [{ match: { prefix: '/' } }]),
  refused('status-too-small', [{ match: { prefix: '/' }, direct_response: { status: 99 } }]),
  refused('status-too-large', [{ match: { prefix: '/' }, direct_response: { status: 600 } }]),
  refused('separated-prefix-with-a-slash', [says('r', { path_separated_prefix: '/a/' })]),
  refused('separated-prefix-with-a-query', [says('r', { path_separated_prefix: '/a?b' })]),
  refused('two-rewrites', [to({ prefix: '/' }, { prefix_rewrite: '/a', regex_rewrite: regex('a', 'b') })]),
  refused('prefix-rewrite-redirect-with-path', [
    { match: { prefix: '/' }, redirect: { path_redirect: '/a', prefix_rewrite: '/b' } },
  ]),
  refused('substitution-without-its-group', [to({ prefix: '/' }, { regex_rewrite: regex('a', '\\1') })]),
  refused('weights-of-zero', [
    { match: { prefix: '/' }, route: { weighted_clusters: { clusters: [{ name: 'up', weight: 0 }] } } },
  ]),
  refused('reserved-header', [
    { ...to({ prefix: '/' }, {}), request_headers_to_add: [{ header: { key: ':path', value: '/x' } }] },
  ]),
  refused('host-header', [{ ...to({ prefix: '/' }, {}), request_headers_to_remove: ['host'] }]),
  {
    name: 'routing/cluster-not-found-codes',
    config: {
      routes: [
        { match: { prefix: '/503' }, route: { cluster_header: 'x-c' } },
        {
          match: { prefix: '/404' },
          route: { cluster_header: 'x-c', cluster_not_found_response_code: 'NOT_FOUND' },
        },
        {
          match: { prefix: '/500' },
          route: { cluster_header: 'x-c', cluster_not_found_response_code: 'INTERNAL_SERVER_ERROR' },
        },
      ],
    },
    exchanges: ['/503', '/404', '/500'].flatMap((path) => [
      at(path),
      at(path, 'a', 'x-c: nosuch'),
      at(path, 'a', 'x-c:'),
    ]),
    stats: /^http\.ingress\.no_(cluster|route)$/,
  },
  {
    name: 'routing/without-validation',
    config: {
      routeConfig: { validate_clusters: false },
      routes: [{ match: { prefix: '/' }, route: { cluster: 'nosuch' } }],
    },
    exchanges: [at('/')],
    stats: /^http\.ingress\.no_cluster$/,
  },
  {
    name: 'routing/weighted-by-header',
    config: {
      routes: [
        {
          match: { prefix: '/' },
          route: {
            weighted_clusters: {
              header_name: 'x-w',
              clusters: [
                { name: 'up', weight: 1 },
                { name: 'other', weight: 99 },
              ],
            },
          },
        },
      ],
    },
    upstreams: { up: {}, other: {} },
    exchanges: ['0', '1', '50', '99', '100'].map((value) => at('/', 'a', `x-w: ${value}`)),
  },
  {
    name: 'routing/empty-virtual-host',
    config: { virtualHosts: [{ name: 'none', domains: ['*'] }] },
    exchanges: [at('/')],
  },
  {
    name: 'routing/require-tls-external-only',
    config: { hcm: { use_remote_address: true }, virtualHost: { require_tls: 'EXTERNAL_ONLY' } },
    exchanges: [at('/x'), at('/x', 'h:81', 'x-forwarded-for: 10.0.0.1')],
  },
  {
    name: 'routing/require-tls-with-a-trusted-proto',
    config: { virtualHost: { require_tls: 'ALL' } },
    exchanges: [
      at('/x', 'h', 'x-forwarded-proto: https'),
      at('/x', 'h', 'x-forwarded-proto: http'),
      { send: 'POST /x HTTP/1.1\r\nhost: h\r\ncontent-length: 2\r\n\r\nhi' },
    ],
  },
  redirect('path-with-query-of-its-own', { prefix: '/' }, { path_redirect: '/n?z=1' }, paths('/a?x=1', '/a')),
  redirect('prefix-of-path', { prefix: '/a' }, { prefix_rewrite: '/b' }, paths('/a', '/a/c?d', '/abc')),
  redirect('prefix-of-exact-path', { path: '/a' }, { prefix_rewrite: '/b' }, paths('/a?x')),
  redirect('prefix-of-regex', { safe_regex: { regex: '/a.*' } }, { prefix_rewrite: '/b' }, paths('/abc?x')),
  redirect(
    'regex-with-query-stripped',
    { prefix: '/' },
    { regex_rewrite: regex('^/(\\w+)/(\\w+)', '/\\2/\\1'), strip_query: true },
    paths('/a/b/c?d'),
  ),
  ...[301, 302, 303, 307, 308].map((_, i) =>
    redirect(
      `code-${['MOVED_PERMANENTLY', 'FOUND', 'SEE_OTHER', 'TEMPORARY_REDIRECT', 'PERMANENT_REDIRECT'][i]!.toLowerCase().replaceAll('_', '-')}`,
      { prefix: '/' },
      {
        host_redirect: 'n',
        response_code: [
          'MOVED_PERMANENTLY',
          'FOUND',
          'SEE_OTHER',
          'TEMPORARY_REDIRECT',
          'PERMANENT_REDIRECT',
        ][i],
      },
      [at('/a'), { send: 'POST /a HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\nhi' }],
    ),
  ),
  redirect('https-and-port', { prefix: '/' }, { https_redirect: true, port_redirect: 8443 }, [
    at('/', 'h:80'),
    at('/', '[::1]:80'),
    at('/', '[::1]'),
  ]),
  redirect('scheme-drops-default-ports', { prefix: '/' }, { scheme_redirect: 'http' }, [
    at('/', 'h:443', 'x-forwarded-proto: https'),
    at('/', 'h:80'),
    at('/', 'h:8080'),
  ]),
  redirect('host-with-port', { prefix: '/' }, { host_redirect: 'n:99' }, [at('/', 'h:81')]),
  redirect(
    'odd-paths',
    { prefix: '/' },
    { host_redirect: 'n' },
    paths('/a b', '/%0d%0a', '//evil.example', '/a?b=c#d', '/é'),
  ),
  rewrite('prefix-with-and-without-slash', { prefix: '/a' }, { prefix_rewrite: '' }, paths('/a', '/ab')),
  rewrite(
    'prefix-case-insensitive',
    { prefix: '/a', case_sensitive: false },
    { prefix_rewrite: '/b' },
    paths('/A/x', '/a/x'),
  ),
  rewrite(
    'prefix-of-separated',
    { path_separated_prefix: '/a' },
    { prefix_rewrite: '/b' },
    paths('/a', '/a/x', '/a?y'),
  ),
  rewrite('prefix-of-regex', { safe_regex: { regex: '/a/.*' } }, { prefix_rewrite: '/b' }, paths('/a/x?y')),
  rewrite('prefix-to-a-query', { prefix: '/a' }, { prefix_rewrite: '/b?c=' }, paths('/a/x?y')),
  rewrite('regex-without-a-match', { prefix: '/' }, { regex_rewrite: regex('zzz', 'y') }, paths('/a?zzz')),
  rewrite('regex-all-matches', { prefix: '/' }, { regex_rewrite: regex('a', 'bb') }, paths('/aaa?a')),
  rewrite('regex-whole-match', { prefix: '/' }, { regex_rewrite: regex('[a-z]+', '<\\0>') }, paths('/ab/cd')),
  rewrite('regex-empty-matches', { prefix: '/' }, { regex_rewrite: regex('x*', '-') }, paths('/ab')),
  rewrite(
    'host-literal-with-x-forwarded-host',
    { prefix: '/' },
    { host_rewrite_literal: 'n', append_x_forwarded_host: true },
    [at('/', 'a:1', 'x-forwarded-host: before')],
  ),
  rewrite('host-header-empty', { prefix: '/' }, { host_rewrite_header: 'x-h' }, [
    at('/', 'a', 'x-h:'),
    at('/', 'a', 'x-h: b', 'x-h: c'),
  ]),
  rewrite(
    'host-of-path-with-query',
    { prefix: '/' },
    { host_rewrite_path_regex: regex('^/(\\w+)\\??.*', '\\1.test') },
    paths('/x?y=z', '/'),
  ),
];
