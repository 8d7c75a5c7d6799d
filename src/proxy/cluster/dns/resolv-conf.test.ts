import assert from 'node:assert/strict';
import { test } from 'node:test';
import { candidates, parseResolvConf } from './resolv-conf.ts';

test('the last of search and domain counts; comments and other options do not', () => {
  const text = '# made by hand\ndomain one.test\nsearch two.test three.test ; more\noptions ndots:5 rotate\n';
  assert.deepEqual(parseResolvConf(text), { search: ['two.test', 'three.test'], ndots: 5 });
  assert.deepEqual(parseResolvConf('search a b\ndomain c\n'), { search: ['c'], ndots: 1 });
  assert.deepEqual(parseResolvConf(''), { search: [], ndots: 1 });
});

test('a name with fewer dots than ndots is tried in the search domains first', () => {
  const conf = { search: ['a.test', 'b.test'], ndots: 2 };
  assert.deepEqual(candidates('x.y', conf), ['x.y.a.test', 'x.y.b.test', 'x.y']);
  assert.deepEqual(candidates('x.y.z', conf), ['x.y.z', 'x.y.z.a.test', 'x.y.z.b.test']);
  assert.deepEqual(candidates('x.', conf), ['x.']);
  assert.deepEqual(candidates('x', { search: ['.'], ndots: 1 }), ['x', 'x']);
});
