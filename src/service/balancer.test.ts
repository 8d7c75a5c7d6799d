import assert from 'node:assert/strict';
import { it } from 'node:test';
import { RoundRobin } from './balancer.ts';

const candidate = (address: string, ports: readonly number[] = [80]) => ({
  address,
  readyAt: (target: number) => ports.includes(target),
});
const [a, b, c] = ['10.0.0.2', '10.0.0.3', '10.0.0.4'].map((address) => candidate(address));
const none = new Set<never>();

it('gives every candidate its turn', () => {
  const balancer = new RoundRobin(80);
  const picks = Array.from({ length: 6 }, () => balancer.next([a!, b!, c!], none)?.address);
  assert.deepEqual(
    picks,
    [a, b, c, a, b, c].map((picked) => picked!.address),
  );
});

it('passes over those that are not ready at the port, and those that were tried', () => {
  const balancer = new RoundRobin(80);
  const elsewhere = candidate('10.0.0.3', [81]);
  assert.equal(balancer.next([a!, elsewhere, c!], none), a);
  assert.equal(balancer.next([a!, elsewhere, c!], none), c);
  assert.equal(balancer.next([a!, elsewhere, c!], new Set([a!])), c);
  assert.equal(balancer.next([a!, elsewhere, c!], new Set([a!, c!])), undefined);
  assert.equal(balancer.next([], none), undefined);
});

it('goes on where it was when candidates come and go', () => {
  const balancer = new RoundRobin(80);
  balancer.next([a!, b!], none);
  assert.equal(balancer.next([a!, b!, c!], none), b);
  assert.equal(balancer.next([a!, b!, c!], none), c);
  assert.equal(balancer.next([a!, b!], none), a);
});
