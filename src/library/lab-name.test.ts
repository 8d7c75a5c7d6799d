import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkLabName } from '../lab/name.ts';
import { uniqueName } from './lab-name.ts';

describe('a name of its own', () => {
  const cases: readonly [string, string][] = [
    ['front-proxy', 'front-proxy'],
    ['./My Sandbox/', 'my-sandbox'],
    ['/a/b/sandbox.yaml', 'b'],
    ['.', 'here'],
    ['sandbox.yaml', 'here'],
    ['/', 'lab'],
    ['__Ünder__', 'nder'],
    [`${'x'.repeat(30)}-long`, 'x'.repeat(30)],
  ];
  for (const [sandbox, word] of cases) {
    it(`of ${sandbox} begins with ${word}`, () => {
      const name = uniqueName(sandbox, '/over/here');
      assert.match(name, new RegExp(`^${word}-[0-9a-f]{8}$`));
      assert.equal(checkLabName(name), name);
    });
  }

  it('is another each time', () => {
    assert.notEqual(uniqueName('web', '/'), uniqueName('web', '/'));
  });
});
