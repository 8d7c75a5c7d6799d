import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileUpgradeConfigs } from './upgrade-configs.ts';

test('a route allows and refuses types, whatever their case', () => {
  const { upgrades, connect } = compileUpgradeConfigs({
    upgrade_configs: [
      { upgrade_type: 'WebSocket' },
      { upgrade_type: 'foo', enabled: false },
      { upgrade_type: 'CONNECT' },
    ],
  });
  assert.deepEqual(
    [...upgrades!],
    [
      ['websocket', true],
      ['foo', false],
      ['connect', true],
    ],
  );
  assert.equal(connect, undefined);
  assert.deepEqual(compileUpgradeConfigs({}), { upgrades: undefined, connect: undefined });
});

test('connect_config ends CONNECT, and POST where allowed', () => {
  const compile = (connect_config: object) =>
    compileUpgradeConfigs({ upgrade_configs: [{ upgrade_type: 'CONNECT', connect_config }] }).connect;
  assert.deepEqual(compile({}), { allowPost: false });
  assert.deepEqual(compile({ allow_post: true }), { allowPost: true });
});

test('what Envoy refuses is refused in its words; CONNECT-UDP by name', () => {
  for (const [upgrade_configs, message] of [
    [[{ upgrade_type: 'a' }, { upgrade_type: 'A' }], /Duplicate upgrade A/],
    [[{ upgrade_type: 'a', connect_config: {} }], /Non-CONNECT upgrade type a has ConnectConfig/],
    [[{ upgrade_type: 'CONNECT-UDP' }], /upgrade_type CONNECT-UDP is not implemented/],
  ] as const) {
    assert.throws(() => compileUpgradeConfigs({ upgrade_configs: [...upgrade_configs] }), message);
  }
});
