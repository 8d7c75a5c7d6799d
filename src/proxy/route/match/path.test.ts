import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { envoy } from '../../../bootstrap/api.generated.ts';
import { fakeContext, fakeInfo, fakeRequest } from '../context.fake.ts';
import { compileRoutes } from '../route-table.ts';

type Match = envoy.config.route.v3.RouteMatch;

/** The name of the route that matches the path. */
function routed(
  matches: Readonly<Record<string, Match>>,
  path: string,
  ignoreParameters = false,
): string | undefined {
  const routes = Object.entries(matches).map(([name, match]) => ({
    name,
    match,
    direct_response: { status: 200 },
  }));
  const table = compileRoutes(
    {
      ignore_path_parameters_in_path_matching: ignoreParameters,
      virtual_hosts: [{ name: 'v', domains: ['*'], routes }],
    },
    fakeContext(),
  );
  return table.match(fakeRequest(path), fakeInfo())?.name;
}

// What Envoy 1.40 does.
const matches: Readonly<Record<string, Match>> = {
  exact: { path: '/exact' },
  ci: { path: '/CI', case_sensitive: false },
  'pre-ci': { prefix: '/Pre', case_sensitive: false },
  sep: { path_separated_prefix: '/sep' },
  sepci: { path_separated_prefix: '/SEPCI', case_sensitive: false },
  re: { safe_regex: { regex: '/re/[0-9]+' } },
  reci: { safe_regex: { regex: '/RE' }, case_sensitive: false },
  never: { prefix: '/p?x' },
  'p/': { prefix: '/p/' },
  pct: { prefix: '/%41' },
};

const expected: readonly (readonly [path: string, route: string | undefined])[] = [
  ['/exact', 'exact'],
  ['/exact?x=1', 'exact'],
  ['/exact/', undefined],
  ['/Exact', undefined],
  ['/ci', 'ci'],
  ['/Ci?a', 'ci'],
  ['/prefix', 'pre-ci'],
  ['/PRExyz', 'pre-ci'],
  ['/sep', 'sep'],
  ['/sep/', 'sep'],
  ['/sep/x?y', 'sep'],
  ['/sepx', undefined],
  ['/sep?x', 'sep'],
  ['/sepci/x', 'sepci'],
  ['/sepcix', undefined],
  ['/re/12', 're'],
  ['/re/12?q', 're'],
  ['/re/12/', undefined],
  ['/re/x', undefined],
  ['/re', undefined],
  ['/RE', 'reci'],
  ['/p?x', undefined],
  ['/p/a', 'p/'],
  ['/p', undefined],
  ['/%41b', 'pct'],
  ['/A', undefined],
  ['/', undefined],
  ['//exact', undefined],
];

test('matches paths as Envoy does', () => {
  for (const [path, route] of expected) assert.equal(routed(matches, path), route, path);
});

const withParameters: Readonly<Record<string, Match>> = {
  a: { path: '/a' },
  b: { prefix: '/b' },
  c: { safe_regex: { regex: '/c' } },
  d: { path_separated_prefix: '/d' },
};

const expectedWithParameters: readonly (readonly [path: string, route: string | undefined])[] = [
  ['/a;x=1', 'a'],
  ['/a;x?y', 'a'],
  ['/b;c', 'b'],
  ['/c;d', 'c'],
  ['/d;e', 'd'],
  ['/d;e/f', 'd'],
  ['/d/e;f', 'd'],
];

test('ignore_path_parameters_in_path_matching', () => {
  for (const [path, route] of expectedWithParameters)
    assert.equal(routed(withParameters, path, true), route, path);
});
