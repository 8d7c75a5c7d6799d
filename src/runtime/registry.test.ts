import assert from 'node:assert/strict';
import { it } from 'node:test';
import { processMode, runtimes } from './registry.ts';

it('knows the modes of the process runtime, and refuses others', async () => {
  assert.equal(processMode(undefined), 'auto');
  assert.equal(processMode(''), 'auto');
  for (const mode of ['auto', 'namespaces', 'loopback']) assert.equal(processMode(mode), mode);
  const refused = {
    code: 'usage',
    message: /ENVOY_LAB_PROCESS_MODE is "foo"/,
    hint: /auto, namespaces, loopback/,
  };
  assert.throws(() => processMode('foo'), refused);
  const options = {
    stateDir: '/nowhere',
    env: { ENVOY_LAB_PROCESS_MODE: 'foo' },
    supervisor: [],
    agent: [],
    uid: 1,
    owner: '1',
  };
  await assert.rejects(runtimes.find(({ name }) => name === 'process')!.load(options), refused);
});
