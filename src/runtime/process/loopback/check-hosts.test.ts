import assert from 'node:assert/strict';
import { it } from 'node:test';
import { container, node } from '../../specs.fake.ts';
import { checkHosts } from './check-hosts.ts';

const app = container('app', ['node']);
const steered = container('envoy', ['envoy'], {
  steered: { argv: [], files: [{ path: '/etc/steered.json', content: '' }], ports: [] },
});
const told = container('ts', ['node'], { steered: { argv: ['node'], files: [], ports: [80] } });

it('takes what programs without an /etc/hosts of their own can see', () => {
  checkHosts(node('web', [app], { hosts: { db: '192.0.2.7' } }), app);
  checkHosts(node('web', [steered]), steered);
  checkHosts(node('web', [told], { hosts: { db: '192.0.2.7' } }), told);
});

it('refuses the rest by name', () => {
  assert.throws(() => checkHosts(node('web', [app], { hosts: { db: '192.0.2.7', six: '::2' } }), app), {
    code: 'runtime',
    message: 'without namespaces web-1 cannot call ::2 six: only IPv4 works',
    hint: /ENVOY_LAB_PROCESS_MODE=namespaces/,
  });
  assert.throws(() => checkHosts(node('web', [steered], { hosts: { db: '192.0.2.7' } }), steered), {
    code: 'runtime',
    message: "without namespaces web-1/envoy would not see the node's own name db",
    hint: /--engine ts/,
  });
});
