import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { StatsStore } from '../../stats/store.ts';
import { CaresResolver } from './c-ares.ts';
import type { LookupFamily, Resolution } from './resolver.ts';
import { type RecordType, type Reply, TestDnsServer } from './server.fake.ts';

const zone: Record<string, Partial<Record<RecordType, Reply>>> = {
  'a.test': { A: ['10.0.0.1', '10.0.0.2'], AAAA: [] },
  'both.test': { A: ['10.0.0.3'], AAAA: ['fd00::3'] },
  'v6.test': { A: [], AAAA: ['fd00::4'] },
  'servfail.test': { A: { code: 2 }, AAAA: { code: 2 } },
  'refused.test': { A: { code: 5 }, AAAA: { code: 5 } },
  'v6fail.test': { A: ['10.0.0.5'], AAAA: { code: 2 } },
  'silent.test': {},
  'short.lab.test': { A: ['10.0.0.7'], AAAA: [] },
  'x.y.lab.test': { A: ['10.0.0.8'], AAAA: [] },
  single: { A: ['10.0.0.9'], AAAA: [] },
};

interface Run {
  readonly addresses: readonly string[] | string;
  readonly asked: readonly string[];
  readonly stats: Record<string, number>;
}

const hosts = `
127.0.0.1 localhost   # the loopback
10.1.0.1 OnlyHere
10.1.0.2 dual
fd00::2  dual
10.1.0.3 many
10.1.0.4 other many
not-an-address broken
`;

/** Looks one name up with a server, files and stats of its own. */
async function run(name: string, family: LookupFamily = 'AUTO', noSearch = false): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'resolver-'));
  await using server = await TestDnsServer.start((asked, type) =>
    asked in zone ? zone[asked]![type] : { code: 3 },
  );
  try {
    const files = { hosts: join(folder, 'hosts'), resolvConf: join(folder, 'resolv.conf') };
    writeFileSync(files.hosts, hosts);
    writeFileSync(files.resolvConf, 'search lab.test\n');
    const stats = new StatsStore();
    const options = { servers: [server.address], noSearch, timeout: 250, tries: 1 };
    const resolver = new CaresResolver(options, stats, files);
    const resolution = await new Promise<Resolution>((done) => resolver.resolve(name, family, done));
    const counted = [...stats.counters(), ...stats.gauges()].filter(({ value }) => value !== 0);
    return {
      addresses:
        resolution.status === 'failure'
          ? resolution.details
          : resolution.addresses.map(({ address }) => address),
      asked: server.asked,
      stats: Object.fromEntries(counted.map((stat) => [stat.name.replace('dns.cares.', ''), stat.value])),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Answers, questions and numbers as measured with Envoy 1.40 and the same files and zone. */
describe('c-ares resolver', () => {
  const cases: [string, LookupFamily, Run][] = [
    [
      'a.test',
      'AUTO',
      {
        addresses: ['10.0.0.1', '10.0.0.2'],
        asked: ['a.test/AAAA', 'a.test.lab.test/AAAA', 'a.test/A'],
        stats: { not_found: 1, resolve_total: 2 },
      },
    ],
    ['both.test', 'AUTO', { addresses: ['fd00::3'], asked: ['both.test/AAAA'], stats: { resolve_total: 1 } }],
    [
      'both.test',
      'V4_PREFERRED',
      { addresses: ['10.0.0.3'], asked: ['both.test/A'], stats: { resolve_total: 1 } },
    ],
    [
      'both.test',
      'ALL',
      {
        addresses: ['10.0.0.3', 'fd00::3'],
        asked: ['both.test/A', 'both.test/AAAA'],
        stats: { resolve_total: 1 },
      },
    ],
    [
      'v6.test',
      'V4_ONLY',
      {
        addresses: [],
        asked: ['v6.test/A', 'v6.test.lab.test/A'],
        stats: { not_found: 1, resolve_total: 1 },
      },
    ],
    [
      'servfail.test',
      'AUTO',
      {
        addresses: 'ESERVFAIL',
        asked: ['servfail.test/AAAA', 'servfail.test/A'],
        stats: { get_addr_failure: 2, reinits: 1, resolve_total: 2 },
      },
    ],
    [
      'v6fail.test',
      'AUTO',
      {
        addresses: ['10.0.0.5'],
        asked: ['v6fail.test/AAAA', 'v6fail.test/A'],
        stats: { get_addr_failure: 1, resolve_total: 2 },
      },
    ],
    [
      'v6fail.test',
      'ALL',
      {
        addresses: ['10.0.0.5'],
        asked: ['v6fail.test/A', 'v6fail.test/AAAA'],
        stats: { resolve_total: 1 },
      },
    ],
    [
      'silent.test',
      'V4_ONLY',
      { addresses: 'ETIMEOUT', asked: ['silent.test/A'], stats: { resolve_total: 1, timeouts: 1 } },
    ],
    [
      'nowhere.test',
      'V4_ONLY',
      {
        addresses: [],
        asked: ['nowhere.test/A', 'nowhere.test.lab.test/A'],
        stats: { not_found: 1, resolve_total: 1 },
      },
    ],
    [
      'short',
      'AUTO',
      {
        addresses: ['10.0.0.7'],
        asked: ['short.lab.test/AAAA', 'short/AAAA', 'short.lab.test/A'],
        stats: { not_found: 1, resolve_total: 2 },
      },
    ],
    [
      'x.y',
      'V4_ONLY',
      { addresses: ['10.0.0.8'], asked: ['x.y/A', 'x.y.lab.test/A'], stats: { resolve_total: 1 } },
    ],
    [
      'single',
      'V4_ONLY',
      { addresses: ['10.0.0.9'], asked: ['single.lab.test/A', 'single/A'], stats: { resolve_total: 1 } },
    ],
    [
      'a.test.',
      'V4_ONLY',
      { addresses: ['10.0.0.1', '10.0.0.2'], asked: ['a.test/A'], stats: { resolve_total: 1 } },
    ],
    [
      'onlyhere',
      'AUTO',
      {
        addresses: ['10.1.0.1'],
        asked: ['onlyhere.lab.test/AAAA', 'onlyhere/AAAA'],
        stats: { not_found: 1, resolve_total: 2 },
      },
    ],
    ['dual', 'AUTO', { addresses: ['fd00::2'], asked: [], stats: { resolve_total: 1 } }],
    ['many', 'V4_ONLY', { addresses: ['10.1.0.3', '10.1.0.4'], asked: [], stats: { resolve_total: 1 } }],
    ['localhost', 'AUTO', { addresses: ['::1'], asked: [], stats: { resolve_total: 1 } }],
    ['localhost', 'V4_ONLY', { addresses: ['127.0.0.1'], asked: [], stats: { resolve_total: 1 } }],
    ['localhost', 'ALL', { addresses: ['127.0.0.1', '::1'], asked: [], stats: { resolve_total: 1 } }],
    ['app.localhost', 'ALL', { addresses: ['::1', '127.0.0.1'], asked: [], stats: { resolve_total: 1 } }],
    ['app.localhost', 'AUTO', { addresses: ['::1'], asked: [], stats: { resolve_total: 1 } }],
    ['10.9.9.9', 'V6_ONLY', { addresses: ['10.9.9.9'], asked: [], stats: { resolve_total: 1 } }],
    ['::1', 'AUTO', { addresses: ['::1'], asked: [], stats: { resolve_total: 1 } }],
  ];
  for (const [name, family, expected] of cases) {
    test(`${name} ${family}`, async () => {
      const { asked, ...rest } = await run(name, family);
      assert.deepEqual(rest, { addresses: expected.addresses, stats: expected.stats });
      // Both families at once may be seen in either order.
      if (family === 'ALL') assert.deepEqual([...asked].sort(), [...expected.asked].sort());
      else assert.deepEqual(asked, expected.asked);
    });
  }

  test('no_default_search_domain', async () => {
    const { asked, addresses } = await run('short', 'V4_ONLY', true);
    assert.deepEqual({ asked, addresses }, { asked: ['short/A'], addresses: [] });
  });

  test('TTLs come from DNS; files have none', async () => {
    await using server = await TestDnsServer.start(() => ['10.0.0.1']);
    const options = { servers: [server.address], noSearch: true, timeout: 1000, tries: 1 };
    const resolver = new CaresResolver(options, new StatsStore());
    const ttls = async (name: string) =>
      new Promise((done) =>
        resolver.resolve(name, 'V4_ONLY', (it) =>
          done(it.status === 'success' && it.addresses.map(({ ttl }) => ttl)),
        ),
      );
    assert.deepEqual(await ttls('a.test'), [7]);
    assert.deepEqual(await ttls('localhost'), [0]);
  });

  test('a cancelled lookup calls nobody', async () => {
    await using server = await TestDnsServer.start(() => ['10.0.0.1']);
    const options = { servers: [server.address], noSearch: true, timeout: 1000, tries: 1 };
    const stats = new StatsStore();
    const resolver = new CaresResolver(options, stats);
    resolver.resolve('a.test', 'V4_ONLY', () => assert.fail('called'))();
    await new Promise((done) => resolver.resolve('b.test', 'V4_ONLY', done));
    assert.equal(stats.gauge('dns.cares.pending_resolutions').value, 0);
  });
});
