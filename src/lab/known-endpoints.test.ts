import assert from 'node:assert/strict';
import { it } from 'node:test';
import { compareEndpoints, missingEndpoint } from './known-endpoints.ts';
import { FakeLab } from './runtime.fake.ts';
import { container, lab, node, observed } from './specs.fake.ts';

const service = {
  selects: 'pod',
  ports: [{ name: 'http', port: 80, targetPort: 8080, protocol: 'tcp' }],
} as const;
const pods = [1, 2].map((index) => node('pod', [container('app')], { index }));
const web = node('web', [container('forwarder')], { service });
const spec = lab(...pods, web);

/** The first pod is 10.0.0.2, the second 10.0.0.3. */
const endpoints = (...ready: readonly string[]) => ({
  endpoints: ['10.0.0.2', '10.0.0.3'].map((address) => ({
    address,
    ready: ready.includes(address) ? [8080] : [],
  })),
});

it('wants every ready replica', () => {
  const now = observed(spec);
  assert.equal(compareEndpoints(now, now.nodes[2]!, endpoints('10.0.0.2', '10.0.0.3')), undefined);
  assert.equal(
    compareEndpoints(now, now.nodes[2]!, endpoints('10.0.0.2')),
    'service web does not send to pod-2',
  );
  assert.equal(compareEndpoints(now, now.nodes[2]!, { endpoints: [] }), 'service web does not send to pod-1');
});

it('wants none that is gone, or dead', () => {
  const now = observed(spec, (name) => (name === 'pod-2/app' ? { state: 'exited' } : {}));
  assert.equal(compareEndpoints(now, now.nodes[2]!, endpoints('10.0.0.2')), undefined);
  assert.equal(
    compareEndpoints(now, now.nodes[2]!, endpoints('10.0.0.2', '10.0.0.3')),
    'service web still sends to 10.0.0.3, which is gone',
  );
});

it('asks only a forwarder that runs', async () => {
  const running = observed(spec);
  assert.equal(
    await missingEndpoint(new FakeLab(), running, running.nodes[2]!),
    'service web does not tell which replicas it knows: not in this test',
  );
  const stopped = observed(spec, (name) => (name === 'web-1/forwarder' ? { state: 'stopped' } : {}));
  assert.equal(await missingEndpoint(new FakeLab(), stopped, stopped.nodes[2]!), undefined);
  const native = observed(lab(...pods, node('web', [], { service })));
  assert.equal(await missingEndpoint(new FakeLab(), native, native.nodes[2]!), undefined);
});
