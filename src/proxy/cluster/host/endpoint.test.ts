import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressText, edsHealthStatus, healthFlags } from './endpoint.ts';

test('addresses as Envoy writes them', () => {
  assert.equal(addressText({ address: '127.0.0.1', port: 80 }), '127.0.0.1:80');
  assert.equal(addressText({ address: '::1', port: 80 }), '[::1]:80');
  assert.equal(addressText({ address: '/run/app.sock', port: 0 }), '/run/app.sock');
  assert.equal(addressText({ address: '@app', port: 0 }), '@app');
});

test('health as /clusters shows it, measured with Envoy 1.40', () => {
  const shown = (['UNKNOWN', 'HEALTHY', 'UNHEALTHY', 'TIMEOUT', 'DRAINING', 'DEGRADED'] as const).map(
    (health) => `${health} ${healthFlags(health)} ${edsHealthStatus(health)}`,
  );
  assert.deepEqual(shown, [
    'UNKNOWN healthy HEALTHY',
    'HEALTHY healthy HEALTHY',
    'UNHEALTHY /failed_eds_health UNHEALTHY',
    'TIMEOUT /failed_eds_health UNHEALTHY',
    'DRAINING /eds_status_draining DRAINING',
    'DEGRADED /degraded_eds_health DEGRADED',
  ]);
});
