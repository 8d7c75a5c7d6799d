import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { envoy } from '../../../bootstrap/api.generated.ts';
import { ResponseHeaders } from '../../http/headers.ts';
import { fakeContext, fakeInfo, fakeRequest } from '../context.fake.ts';
import { compileRoutes } from '../route-table.ts';

/** What Envoy 1.40 answers to four requests for `/<name>/…`, of which see {@link requestsOf}. */
const measured: readonly (readonly [
  name: string,
  config: envoy.config.route.v3.RedirectAction,
  status: number,
  locations: readonly string[],
])[] = [
  [
    'https',
    { https_redirect: true },
    301,
    [
      'https://h.com/https/a',
      'https://h.com/https/a?b=c',
      'https://h.com:443/https/a',
      'https://[::1]/https/',
    ],
  ],
  [
    'scheme',
    { scheme_redirect: 'ftp' },
    301,
    ['ftp://h.com/scheme/a', 'ftp://h.com/scheme/a?b=c', 'ftp://h.com:443/scheme/a', 'ftp://[::1]/scheme/'],
  ],
  [
    'host',
    { host_redirect: 'new.com' },
    301,
    ['http://new.com/host/a', 'http://new.com/host/a?b=c', 'http://new.com/host/a', 'http://new.com/host/'],
  ],
  [
    'port',
    { port_redirect: 99 },
    301,
    [
      'http://h.com:99/port/a',
      'http://h.com:99/port/a?b=c',
      'http://h.com:99/port/a',
      'http://[::1]:99/port/',
    ],
  ],
  [
    'path',
    { path_redirect: '/np' },
    301,
    ['http://h.com/np', 'http://h.com:80/np?b=c', 'http://h.com:443/np', 'http://[::1]:80/np'],
  ],
  [
    'pathq',
    { path_redirect: '/np?z=1' },
    301,
    ['http://h.com/np?z=1', 'http://h.com:80/np?z=1', 'http://h.com:443/np?z=1', 'http://[::1]:80/np?z=1'],
  ],
  [
    'pre',
    { prefix_rewrite: '/q' },
    301,
    ['http://h.com/qa', 'http://h.com:80/qa?b=c', 'http://h.com:443/qa', 'http://[::1]:80/q'],
  ],
  [
    're',
    { regex_rewrite: { pattern: { regex: '/re/(\\w+)' }, substitution: '/\\1/x' } },
    301,
    ['http://h.com/a/x', 'http://h.com:80/a/x?b=c', 'http://h.com:443/a/x', 'http://[::1]:80/re/'],
  ],
  [
    'strip',
    { strip_query: true, host_redirect: 'a' },
    301,
    ['http://a/strip/a', 'http://a/strip/a', 'http://a/strip/a', 'http://a/strip/'],
  ],
  [
    'stripp',
    { strip_query: true, path_redirect: '/s' },
    301,
    ['http://h.com/s', 'http://h.com:80/s', 'http://h.com:443/s', 'http://[::1]:80/s'],
  ],
  [
    'strippq',
    { strip_query: true, path_redirect: '/s?k=1' },
    301,
    ['http://h.com/s?k=1', 'http://h.com:80/s?k=1', 'http://h.com:443/s?k=1', 'http://[::1]:80/s?k=1'],
  ],
  [
    'all',
    {
      https_redirect: true,
      host_redirect: 'n',
      port_redirect: 1,
      path_redirect: '/z',
      response_code: 'TEMPORARY_REDIRECT',
    },
    307,
    ['https://n:1/z', 'https://n:1/z?b=c', 'https://n:1/z', 'https://n:1/z'],
  ],
  [
    'c302',
    { response_code: 'FOUND' },
    302,
    ['http://h.com/c302/a', 'http://h.com:80/c302/a?b=c', 'http://h.com:443/c302/a', 'http://[::1]:80/c302/'],
  ],
  [
    'c303',
    { response_code: 'SEE_OTHER' },
    303,
    ['http://h.com/c303/a', 'http://h.com:80/c303/a?b=c', 'http://h.com:443/c303/a', 'http://[::1]:80/c303/'],
  ],
  [
    'c308',
    { response_code: 'PERMANENT_REDIRECT' },
    308,
    ['http://h.com/c308/a', 'http://h.com:80/c308/a?b=c', 'http://h.com:443/c308/a', 'http://[::1]:80/c308/'],
  ],
  [
    'fmt',
    { path_rewrite: '/f%REQ(x-f)%' },
    301,
    ['http://h.com/f', 'http://h.com:80/fFF?b=c', 'http://h.com:443/f', 'http://[::1]:80/f'],
  ],
  [
    'empty',
    {},
    301,
    [
      'http://h.com/empty/a',
      'http://h.com:80/empty/a?b=c',
      'http://h.com:443/empty/a',
      'http://[::1]:80/empty/',
    ],
  ],
  [
    'hostport',
    { host_redirect: 'n:8', https_redirect: true },
    301,
    [
      'https://n:8/hostport/a',
      'https://n:8/hostport/a?b=c',
      'https://n:8/hostport/a',
      'https://n:8/hostport/',
    ],
  ],
  [
    'schemehttp',
    { scheme_redirect: 'HTTP' },
    301,
    [
      'HTTP://h.com/schemehttp/a',
      'HTTP://h.com/schemehttp/a?b=c',
      'HTTP://h.com:443/schemehttp/a',
      'HTTP://[::1]/schemehttp/',
    ],
  ],
  [
    'pathrel',
    { path_redirect: 'rel' },
    301,
    ['http://h.com/rel', 'http://h.com:80/rel?b=c', 'http://h.com:443/rel', 'http://[::1]:80/rel'],
  ],
  [
    'prestrip',
    { prefix_rewrite: '/q', strip_query: true },
    301,
    ['http://h.com/qa', 'http://h.com:80/qa', 'http://h.com:443/qa', 'http://[::1]:80/q'],
  ],
];

const requestsOf = (name: string) => [
  fakeRequest(`/${name}/a`, 'h.com'),
  fakeRequest(`/${name}/a?b=c`, 'h.com:80', { 'x-f': 'FF' }),
  fakeRequest(`/${name}/a`, 'h.com:443'),
  fakeRequest(`/${name}/`, '[::1]:80'),
];

test('redirects where Envoy redirects', () => {
  for (const [name, redirect, status, locations] of measured) {
    const routes = [{ match: { prefix: `/${name}/` }, redirect }];
    const table = compileRoutes({ virtual_hosts: [{ name: 'v', domains: ['*'], routes }] }, fakeContext());
    requestsOf(name).forEach((request, i) => {
      const reply = table.match(request, fakeInfo())!.directReply!(request, fakeInfo());
      const headers = new ResponseHeaders();
      reply.modifyHeaders?.(headers);
      assert.equal(reply.status, status, name);
      assert.equal(headers.get('location'), locations[i], `${name}, request ${i}`);
    });
  }
});

test('the path a redirect rewrites is the one the access log shows', () => {
  const routes = [{ match: { prefix: '/old' }, redirect: { prefix_rewrite: '/new' } }];
  const table = compileRoutes({ virtual_hosts: [{ name: 'v', domains: ['*'], routes }] }, fakeContext());
  const request = fakeRequest('/old/a');
  table.match(request, fakeInfo())!.directReply!(request, fakeInfo());
  assert.equal(request.path, '/new/a');
  assert.equal(request.get('x-envoy-original-path'), '/old/a');
});
