import assert from 'node:assert/strict';
import { it } from 'node:test';
import { container, lab, node, observed } from '../../lab/specs.fake.ts';
import { fakeIo } from '../io.fake.ts';
import { psTable } from './ps-table.ts';
import { styleFor } from './style.ts';

const style = styleFor(fakeIo().io.stdout, {});
const ports = [
  { name: 'http', port: 80, targetPort: 8080, protocol: 'tcp' },
  { name: 'raw', port: 81, targetPort: 81, protocol: 'tcp' },
] as const;
const service = { selects: 'pod', ports };
const pod = node('pod', [container('app', { image: 'hello' })]);

/** What stands in each column. */
const rowsOf = (...nodes: readonly ReturnType<typeof node>[]) =>
  psTable(observed(lab(...nodes)), style, 0)
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s{2,}/));

it('shows a service as one, with what it leads to', () => {
  const [first, second] = rowsOf(pod, node('web', [container('forwarder')], { service }));
  assert.deepEqual(first!.slice(0, 3), ['pod-1', 'app', 'hello']);
  assert.deepEqual(second!.slice(0, 4), ['web-1', 'forwarder', 'service of pod, 80 to 8080, 81', 'ready']);
});

it('shows a service that has no container', () => {
  const rows = rowsOf(pod, node('web', [], { service }));
  assert.deepEqual(rows[1], ['web-1', 'service of pod, 80 to 8080, 81', '10.0.0.3']);
});
