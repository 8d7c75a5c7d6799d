import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readHttp2Options } from './config.ts';

test('options have the defaults of Envoy', () => {
  const { keepalive, customSettings, initialConnectionWindowSize } = readHttp2Options();
  assert.deepEqual(
    [keepalive, customSettings, initialConnectionWindowSize],
    [undefined, [], 24 * 1024 * 1024],
  );
});

test('a keepalive has fifteen per cent of jitter', () => {
  const { keepalive } = readHttp2Options({ connection_keepalive: { interval: 1000, timeout: 2000 } });
  assert.deepEqual(keepalive, { interval: 1000, timeout: 2000, jitterPercent: 15, idleInterval: 0 });
});

test('settings of ones own go in the order of the config, one that is said twice once', () => {
  const parameter = { identifier: 99, value: 5 };
  const { customSettings } = readHttp2Options({
    custom_settings_parameters: [parameter, { identifier: 98, value: 1 }, parameter],
  });
  assert.deepEqual(customSettings, [99, 5, 98, 1]);
});

for (const [options, message] of [
  [{ custom_settings_parameters: [{ identifier: 2, value: 1 }] }, /server push is not supported/],
  [{ custom_settings_parameters: [{ identifier: 8, value: 1 }] }, /the "allow_connect" SETTINGS parameter/],
  [
    {
      custom_settings_parameters: [
        { identifier: 99, value: 1 },
        { identifier: 99, value: 2 },
      ],
    },
    /inconsistent HTTP\/2 custom SETTINGS parameter\(s\) detected; identifiers = \{0x63\}/,
  ],
  [
    { hpack_table_size: 1, custom_settings_parameters: [{ identifier: 1, value: 1 }] },
    /the \{hpack_table_size\} HTTP\/2 SETTINGS parameter\(s\)/,
  ],
] as const) {
  test(`refuses ${JSON.stringify(options)}`, () => {
    assert.throws(() => readHttp2Options(options as never), message);
  });
}
