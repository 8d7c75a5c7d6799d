import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LabError } from '../error.ts';
import { readEngineSelector } from './selector.ts';
import { ts } from './ts.ts';

const read = (text: string) => readEngineSelector(text, ['ts', 'envoy'], 'ENVOY_LAB_ENGINE');

describe('choosing an engine', () => {
  it('is by name, and by version if that matters', () => {
    assert.deepEqual(read('envoy'), { name: 'envoy', version: undefined });
    assert.deepEqual(read('envoy@1.38'), { name: 'envoy', version: '1.38' });
    assert.deepEqual(read('envoy@v1.41.0-dev'), { name: 'envoy', version: '1.41.0-dev' });
  });

  const wrong: readonly [string, RegExp, RegExp][] = [
    ['envoi@1.38', /^no engine "envoi" \(from ENVOY_LAB_ENGINE\); there are ts and envoy$/, /"envoy"/],
    ['1.38', /^no engine "1\.38"/, /did you mean "envoy@1\.38"/],
    ['envoy@', /^"envoy@" .* is not ENGINE@VERSION$/, /envoy@1\.38/],
    ['envoy@latest', /is not ENGINE@VERSION/, /envoy@1\.38/],
    ['envoy@1.38@2', /is not ENGINE@VERSION/, /envoy@1\.38/],
    ['', /^no engine ""/, /known: ts, envoy/],
  ];
  for (const [text, message, hint] of wrong) {
    it(`refuses "${text}"`, () => {
      assert.throws(
        () => read(text),
        (error: LabError) =>
          error.code === 'usage' && message.test(error.message) && hint.test(error.hint ?? ''),
      );
    });
  }

  it('takes the data plane of its own version only', async () => {
    const machine = {
      env: {},
      version: '0.3.1',
      execPath: process.execPath,
      proxyBundle: import.meta.filename,
      proxyCommand: '',
      folders: [],
    };
    assert.ok((await ts.find(machine, '0.3')).found);
    const finding = await ts.find(machine, '1.38');
    assert.equal(
      finding.found ? '' : finding.detail,
      'it is a part of envoy-lab, and this one is 0.3.1, not 1.38',
    );
  });
});
