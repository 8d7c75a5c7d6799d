import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HeaderMap } from '../../http/headers.ts';
import { dropUpgrade } from './dropped-upgrade.ts';

const fields = (upgrade: string, connection: string) =>
  new HeaderMap(['upgrade', 'connection', 'http2-settings'], [upgrade, connection, 's']);

describe('dropUpgrade', () => {
  for (const [what, upgrade, connection, left] of [
    ['h2c with its settings', 'H2C', 'Upgrade, HTTP2-Settings', {}],
    ['one that is ignored, not its settings', 'foo', 'upgrade', { 'http2-settings': 's' }],
    ['nothing else of connection', 'foo', 'a, Upgrade,b', { connection: 'a,b', 'http2-settings': 's' }],
  ] as const) {
    it(`drops ${what}`, () => {
      const headers = fields(upgrade, connection);
      assert.equal(
        dropUpgrade(headers, (value) => value === 'foo'),
        true,
      );
      assert.deepEqual(Object.fromEntries(headers.names.map((name, i) => [name, headers.values[i]])), left);
    });
  }

  it('leaves others alone', () => {
    const headers = fields('websocket', 'upgrade');
    assert.equal(dropUpgrade(headers, undefined), false);
    assert.equal(
      dropUpgrade(headers, () => false),
      false,
    );
    assert.equal(headers.size, 3);
  });
});
