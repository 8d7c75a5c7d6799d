import assert from 'node:assert/strict';
import { it } from 'node:test';
import { asTyped } from './as-typed.ts';

it('advises commands as they were typed', () => {
  const advice = 'envoy-lab ps, or (envoy-lab down a); npx envoy-lab up ./envoy-lab x /opt/envoy-lab y';
  assert.equal(asTyped(advice, {}), advice);
  assert.equal(asTyped(advice, { npm_lifecycle_event: 'test' }), advice);
  assert.equal(
    asTyped(advice, { npm_lifecycle_event: 'npx' }),
    'npx envoy-lab ps, or (npx envoy-lab down a); npx envoy-lab up ./envoy-lab x /opt/envoy-lab y',
  );
});
