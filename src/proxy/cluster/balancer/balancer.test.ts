import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { StatsStore } from '../../stats/store.ts';
import { Endpoint } from '../host/endpoint.ts';
import { type Balancer, balancers } from './balancer.ts';

function hosts(...weights: number[]): Endpoint[] {
  return weights.map(
    (weight, i) =>
      new Endpoint(
        { address: `10.0.0.${i + 1}`, port: 80 },
        {
          hostname: '',
          weight,
          locality: { region: '', zone: '', subZone: '' },
          priority: 0,
          health: 'UNKNOWN',
          canary: false,
        },
      ),
  );
}

function create(
  name: string,
  random: () => number = () => 0,
  activeRequestBias = 1,
  choiceCount = 2,
): Balancer {
  const kind = balancers.find((one) => one.name === name)!;
  return kind.create({
    random,
    choiceCount,
    activeRequestBias: () => activeRequestBias,
    scope: new StatsStore().scope('cluster.c'),
    hashHostname: false,
    tableSize: 65_537,
    ring: { minimumSize: 1024, maximumSize: 8 << 20, hashFunction: 'XX_HASH' },
  });
}

/** The last number of each chosen address. */
function choose(balancer: Balancer, times: number): string {
  let chosen = '';
  for (let i = 0; i < times; i++) chosen += balancer.choose()!.address.address.slice(-1);
  return chosen;
}

/** A random sequence that is the same in every run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function shares(chosen: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const one of chosen) counts[one] = (counts[one] ?? 0) + 1;
  return counts;
}

test('every policy has its own name', () => {
  const names = balancers.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
});

for (const { name } of balancers) {
  test(`${name} has nothing to choose of no hosts`, () => {
    const balancer = create(name);
    assert.equal(balancer.choose(), null);
    balancer.update([]);
    assert.equal(balancer.choose(), null);
  });
}

describe('ROUND_ROBIN', () => {
  test('30 over three is 10 each, in turn, from a random start', () => {
    const starts = new Set<string>();
    for (let seed = 0; seed < 20; seed++) {
      const balancer = create('ROUND_ROBIN', seeded(seed));
      balancer.update(hosts(1, 1, 1));
      const chosen = choose(balancer, 30);
      assert.deepEqual(shares(chosen), { 1: 10, 2: 10, 3: 10 });
      assert.equal(chosen.slice(3), chosen.slice(0, -3));
      starts.add(chosen[0]!);
    }
    assert.equal(starts.size, 3);
  });

  test('goes on where it was when hosts change', () => {
    const balancer = create('ROUND_ROBIN');
    const all = hosts(1, 1, 1);
    balancer.update(all);
    assert.equal(choose(balancer, 4), '1231');
    balancer.update(all.slice(0, 2));
    assert.equal(choose(balancer, 3), '121');
  });

  test('different weights are followed, evenly spread', () => {
    const balancer = create('ROUND_ROBIN');
    balancer.update(hosts(3, 1));
    assert.equal(choose(balancer, 8), '11211112');
    balancer.update(hosts(1, 2, 3));
    assert.deepEqual(shares(choose(balancer, 60)), { 1: 10, 2: 20, 3: 30 });
  });

  test('alike weights are no weights', () => {
    const balancer = create('ROUND_ROBIN');
    balancer.update(hosts(7, 7));
    assert.equal(choose(balancer, 4), '1212');
  });
});

describe('LEAST_REQUEST', () => {
  test('takes the less busy of two drawn, the first drawn of equals', () => {
    const draws = [0, 0.5, 0, 0.5, 0.9, 0.4];
    const balancer = create('LEAST_REQUEST', () => draws.shift()!);
    const three = hosts(1, 1, 1);
    balancer.update(three);
    assert.equal(choose(balancer, 1), '1');
    three[0]!.stats.rqActive.inc();
    assert.equal(choose(balancer, 1), '2');
    three[2]!.stats.rqActive.inc();
    assert.equal(choose(balancer, 1), '2');
  });

  test('choice_count draws more', () => {
    const balancer = create('LEAST_REQUEST', seeded(1), 1, 100);
    const three = hosts(1, 1, 1);
    three[0]!.stats.rqActive.inc();
    three[1]!.stats.rqActive.inc();
    balancer.update(three);
    assert.equal(choose(balancer, 20), '3'.repeat(20));
  });

  test('with weights, active requests lower a host’s share by the bias', () => {
    const idle = create('LEAST_REQUEST');
    idle.update(hosts(3, 1));
    assert.equal(choose(idle, 8), '11211112');
    const busy = hosts(3, 1);
    busy[0]!.stats.rqActive.add(2);
    const biased = create('LEAST_REQUEST');
    biased.update(busy);
    assert.deepEqual(shares(choose(biased, 20)), { 1: 10, 2: 10 });
    const unbiased = create('LEAST_REQUEST', () => 0, 0);
    unbiased.update(busy);
    assert.deepEqual(shares(choose(unbiased, 20)), { 1: 15, 2: 5 });
  });
});

describe('RANDOM', () => {
  test('any host, all alike', () => {
    const balancer = create('RANDOM', seeded(7));
    balancer.update(hosts(1, 9, 1));
    const counts = Object.values(shares(choose(balancer, 3000)));
    assert.equal(counts.length, 3);
    for (const count of counts) assert.ok(count > 900 && count < 1100, String(count));
  });
});
