import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { envoy } from '../../bootstrap/api.generated.ts';
import { fakeContext, fakeInfo, fakeRequest } from './context.fake.ts';
import { compileRoutes } from './route-table.ts';

type Match = envoy.config.route.v3.RouteMatch;

/** The name of the route a path finds; routes are named by their place. */
function finder(matches: readonly Match[]): (path: string) => string | undefined {
  const routes = matches.map((match, i) => ({ name: String(i), match, direct_response: { status: 200 } }));
  const table = compileRoutes({ virtual_hosts: [{ name: 'v', domains: ['*'], routes }] }, fakeContext());
  return (path) => table.match(fakeRequest(path), fakeInfo())?.name;
}

test('an index finds what looking at one route after the other finds', () => {
  let seed = 1;
  const random = (below: number): number => {
    seed = (seed * 1103515245 + 12345) % 2 ** 31;
    return Math.floor(seed / 65536) % below;
  };
  const path = (): string =>
    `/${'ab'[random(2)]}${'/abA'[random(4)]}${'ab/'[random(3)]}`.slice(0, 1 + random(4));
  const kinds: readonly ((text: string) => Match)[] = [
    (text) => ({ prefix: text }),
    (text) => ({ path: text }),
    (text) => ({ path_separated_prefix: text.replace(/\/+$/, '') || '/a' }),
    (text) => ({ safe_regex: { regex: `${text}b?` } }),
    (text) => ({ prefix: text, case_sensitive: false }),
    (text) => ({ path: text, headers: [{ name: 'x', present_match: true }] }),
  ];
  for (let round = 0; round < 20; round++) {
    const matches = Array.from({ length: 40 }, () => kinds[random(kinds.length)]!(path()));
    const indexed = finder(matches);
    const singles = matches.map((match) => finder([match]));
    for (let i = 0; i < 50; i++) {
      const wanted = path();
      const first = singles.findIndex((find) => find(wanted) !== undefined);
      assert.equal(indexed(wanted), first < 0 ? undefined : String(first), wanted);
    }
  }
});
