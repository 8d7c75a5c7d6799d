import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LabError } from '../error.ts';
import type { ProbeReport, Runtime } from '../runtime/runtime.ts';
import { chooseRuntime } from './choose-runtime.ts';
import type { RuntimeSource } from './context.ts';

function source(name: string, available: boolean): RuntimeSource {
  const report: ProbeReport = {
    available,
    mode: '',
    detail: available ? 'works' : 'no engine answers',
    caveats: [],
  };
  const runtime = { name, probe: async () => report } as unknown as Runtime;
  return { name, load: async () => runtime };
}

const both = [source('process', true), source('docker', true)];

describe('chooseRuntime', () => {
  it('takes docker when an engine answers, else process, and says why', async () => {
    assert.equal((await chooseRuntime(both, undefined, undefined)).runtime.name, 'docker');
    const without = await chooseRuntime(
      [source('process', true), source('docker', false)],
      undefined,
      undefined,
    );
    assert.equal(without.runtime.name, 'process');
    assert.equal(without.reason, 'docker: no engine answers');
    assert.equal((await chooseRuntime([both[0]!], undefined, undefined)).reason, 'the default');
  });

  it('takes the one that is asked for, on the command line before the environment', async () => {
    const asked = await chooseRuntime(both, 'process', 'docker');
    assert.deepEqual([asked.runtime.name, asked.reason], ['process', 'asked for with --runtime']);
    const byDefault = await chooseRuntime(both, undefined, 'process');
    assert.deepEqual([byDefault.runtime.name, byDefault.reason], ['process', 'from ENVOY_LAB_RUNTIME']);
    assert.equal((await chooseRuntime(both, undefined, '')).runtime.name, 'docker');
  });

  it('says which engine it is, where there can be several', async () => {
    const { runtime, report } = await chooseRuntime([source('docker', true)], undefined, undefined);
    const at = { name: 'docker', load: async () => ({ ...runtime, endpoint: 'unix:///d.sock' }) };
    const reason = async (asked?: string) => (await chooseRuntime([at], asked, undefined)).reason;
    assert.equal(await reason(), `the default (${report.detail})`);
    assert.equal(await reason('docker'), `asked for with --runtime (${report.detail})`);
  });

  it('never takes kubernetes unasked', async () => {
    await assert.rejects(
      chooseRuntime([source('kubernetes', true)], undefined, undefined),
      /no runtime can be used/,
    );
  });

  it('lists the known when there is none of that name', async () => {
    await assert.rejects(chooseRuntime(both, 'dokcer', undefined), (error: LabError) => {
      assert.equal(error.code, 'usage');
      assert.equal(error.message, 'no runtime "dokcer"; there is process, docker');
      assert.equal(error.hint, 'did you mean "docker"?');
      return true;
    });
    await assert.rejects(chooseRuntime(both, undefined, 'x'), /no runtime "x" \(from ENVOY_LAB_RUNTIME\)/);
  });

  it('says why the one that is asked for cannot be used', async () => {
    await assert.rejects(
      chooseRuntime([source('docker', false)], 'docker', undefined),
      (error: LabError) =>
        error.code === 'runtime' && /docker cannot be used: no engine answers/.test(error.message),
    );
  });
});
