import assert from 'node:assert/strict';
import { it } from 'node:test';
import { readForwarderConfig } from './config.ts';

const right = { service: 'web', selects: 'pod', ports: [{ port: 80, target: 8080 }], ready: [] };

it('reads what it is told', () => {
  assert.deepEqual(readForwarderConfig(JSON.stringify(right), '/service.json'), right);
});

for (const [what, text, why] of [
  ['no JSON', '{', /^\/service.json is no config of a service: .*JSON/],
  ['nothing', 'null', /it has no service and selects$/],
  ['no name', JSON.stringify({ ...right, selects: 1 }), /it has no service and selects$/],
  ['no port', JSON.stringify({ ...right, ports: [] }), /it has no ports$/],
  ['no probes', JSON.stringify({ ...right, ready: undefined }), /it has no ready$/],
] as const) {
  it(`refuses ${what}`, () => {
    assert.throws(() => readForwarderConfig(text, '/service.json'), {
      name: 'LabError',
      code: 'invalid',
      message: why,
    });
  });
}
