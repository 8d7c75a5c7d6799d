import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readIgnoredUpgrades } from './ignored-upgrades.ts';

describe('readIgnoredUpgrades', () => {
  it('finds none where none is said', () => {
    assert.equal(readIgnoredUpgrades(undefined), undefined);
    assert.equal(readIgnoredUpgrades({ ignore_http_11_upgrade: [] }), undefined);
  });

  it('takes what any of the matchers takes', () => {
    const ignored = readIgnoredUpgrades({ ignore_http_11_upgrade: [{ exact: 'foo' }, { prefix: 'TLS/' }] });
    assert.deepEqual(
      ['foo', 'TLS/1.3', 'Foo', 'x-foo'].map((value) => ignored?.(value)),
      [true, true, false, false],
    );
  });
});
