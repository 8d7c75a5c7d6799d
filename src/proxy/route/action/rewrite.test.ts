import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeContext, fakeInfo, fakeRequest } from '../context.fake.ts';
import { compileRoutes } from '../route-table.ts';

const routes = [
  { match: { prefix: '/pre/' }, route: { cluster: 'c', prefix_rewrite: '/x/' } },
  { match: { prefix: '/root' }, route: { cluster: 'c', prefix_rewrite: '/' } },
  { match: { path: '/ex' }, route: { cluster: 'c', prefix_rewrite: '/other' } },
  { match: { path_separated_prefix: '/sep' }, route: { cluster: 'c', prefix_rewrite: '/s2' } },
  { match: { safe_regex: { regex: '/re/.*' } }, route: { cluster: 'c', prefix_rewrite: '/gone' } },
  { match: { prefix: '/CI', case_sensitive: false }, route: { cluster: 'c', prefix_rewrite: '/low' } },
  {
    match: { prefix: '/rr' },
    route: { cluster: 'c', regex_rewrite: { pattern: { regex: '/rr/(\\w+)' }, substitution: '/\\1/rr' } },
  },
  { match: { prefix: '/fmt' }, route: { cluster: 'c', path_rewrite: '/f/%REQ(x-f)%%PATH(NQ)%' } },
  { match: { prefix: '/fempty' }, route: { cluster: 'c', path_rewrite: '%REQ(x-no)%' } },
  { match: { prefix: '/hl' }, route: { cluster: 'c', host_rewrite_literal: 'lit.com' } },
  { match: { prefix: '/hh' }, route: { cluster: 'c', host_rewrite_header: 'X-Host' } },
  {
    match: { prefix: '/hre' },
    route: {
      cluster: 'c',
      host_rewrite_path_regex: { pattern: { regex: '^/hre/(.+)/.*$' }, substitution: '\\1' },
    },
  },
  { match: { prefix: '/hf' }, route: { cluster: 'c', host_rewrite: '%REQ(x-f)%.com' } },
  {
    match: { prefix: '/xfh' },
    route: { cluster: 'c', host_rewrite_literal: 'lit.com', append_x_forwarded_host: true },
  },
  { match: { prefix: '/hsame' }, route: { cluster: 'c', host_rewrite_literal: 'h' } },
  { match: { prefix: '/psame' }, route: { cluster: 'c', prefix_rewrite: '/psame' } },
];

interface Upstream {
  readonly path: string;
  readonly host: string;
  readonly forwardedHost?: string;
  readonly originalHost?: string;
  readonly originalPath?: string;
}

/** Requests to `h` and what Envoy 1.40 sends upstream. */
const measured: readonly (readonly [path: string, fields: Record<string, string | string[]>, Upstream])[] = [
  ['/pre/a?b', {}, { path: '/x/a?b', host: 'h', originalPath: '/pre/a?b' }],
  ['/pre/', {}, { path: '/x/', host: 'h', originalPath: '/pre/' }],
  ['/root/a', {}, { path: '//a', host: 'h', originalPath: '/root/a' }],
  ['/root', {}, { path: '/', host: 'h', originalPath: '/root' }],
  ['/rootx', {}, { path: '/x', host: 'h', originalPath: '/rootx' }],
  ['/ex?q=1', {}, { path: '/other?q=1', host: 'h', originalPath: '/ex?q=1' }],
  ['/sep/a', {}, { path: '/s2/a', host: 'h', originalPath: '/sep/a' }],
  ['/sep', {}, { path: '/s2', host: 'h', originalPath: '/sep' }],
  ['/re/a/b?c', {}, { path: '/gone?c', host: 'h', originalPath: '/re/a/b?c' }],
  ['/ci/Z', {}, { path: '/low/Z', host: 'h', originalPath: '/ci/Z' }],
  ['/rr/abc/d?e=/rr/x', {}, { path: '/abc/rr/d?e=/rr/x', host: 'h', originalPath: '/rr/abc/d?e=/rr/x' }],
  ['/rr', {}, { path: '/rr', host: 'h', originalPath: '/rr' }],
  ['/fmt/a?b=1', { 'x-f': 'F' }, { path: '/f/F/fmt/a?b=1', host: 'h', originalPath: '/fmt/a?b=1' }],
  ['/fmt/a', {}, { path: '/f//fmt/a', host: 'h', originalPath: '/fmt/a' }],
  ['/fempty?z', {}, { path: '/fempty?z', host: 'h' }],
  ['/hl', {}, { path: '/hl', host: 'lit.com', originalHost: 'h' }],
  ['/hh', { 'x-host': 'hd.com' }, { path: '/hh', host: 'hd.com', originalHost: 'h' }],
  ['/hh', {}, { path: '/hh', host: 'h' }],
  ['/hh', { 'x-host': ['one', 'two'] }, { path: '/hh', host: 'one', originalHost: 'h' }],
  ['/hre/foo.com/x?y', {}, { path: '/hre/foo.com/x?y', host: 'foo.com', originalHost: 'h' }],
  ['/hre/', {}, { path: '/hre/', host: '/hre/', originalHost: 'h' }],
  ['/hf', { 'x-f': 'F' }, { path: '/hf', host: 'F.com', originalHost: 'h' }],
  ['/hf', {}, { path: '/hf', host: '-.com', originalHost: 'h' }],
  ['/xfh', {}, { path: '/xfh', host: 'lit.com', forwardedHost: 'h', originalHost: 'h' }],
  [
    '/xfh',
    { 'x-forwarded-host': 'before' },
    { path: '/xfh', host: 'lit.com', forwardedHost: 'before,h', originalHost: 'h' },
  ],
  ['/hsame', {}, { path: '/hsame', host: 'h', originalHost: 'h' }],
  ['/psame/1', {}, { path: '/psame/1', host: 'h', originalPath: '/psame/1' }],
  ['/hl', { 'x-envoy-original-host': 'mine' }, { path: '/hl', host: 'lit.com', originalHost: 'h' }],
  ['/pre/a', { 'x-envoy-original-path': '/mine' }, { path: '/x/a', host: 'h', originalPath: '/pre/a' }],
];

test('rewrites paths and hosts as Envoy does', () => {
  const table = compileRoutes({ virtual_hosts: [{ name: 'v', domains: ['*'], routes }] }, fakeContext());
  for (const [path, fields, upstream] of measured) {
    const request = fakeRequest(path, 'h', fields);
    table.match(request, fakeInfo())!.forward!.finalizeRequestHeaders(request, fakeInfo(), 'c');
    const got = {
      path: request.path,
      host: request.authority,
      forwardedHost: request.get('x-forwarded-host'),
      originalHost: request.get('x-envoy-original-host'),
      originalPath: request.get('x-envoy-original-path'),
    };
    const expected = {
      forwardedHost: undefined,
      originalHost: undefined,
      originalPath: undefined,
      ...upstream,
    };
    assert.deepEqual(got, expected, path);
  }
});

test('suppress_envoy_headers leaves the originals out', () => {
  const table = compileRoutes({ virtual_hosts: [{ name: 'v', domains: ['*'], routes }] }, fakeContext());
  const request = fakeRequest('/pre/a');
  table.match(request, fakeInfo())!.forward!.finalizeRequestHeaders(request, fakeInfo(), 'c', false);
  assert.equal(request.path, '/x/a');
  assert.equal(request.get('x-envoy-original-path'), undefined);
});
