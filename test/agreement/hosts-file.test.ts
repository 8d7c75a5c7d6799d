import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { request } from '../conformance/http.ts';
import { type Engine, envoyEngine, ProxyUnderTest, tsEngine } from '../conformance/proxy.ts';
import { waitFor } from '../conformance/wait.ts';
import { requireOracle } from '../oracle.ts';
import { skipWithout } from '../required.ts';

const { path, skip } = requireOracle();
const unshare = ['unshare', ...(process.getuid?.() === 0 ? [] : ['-r']), '-m'];
const possible = spawnSync(unshare[0]!, [...unshare.slice(1), 'true']).status === 0;
const missing = possible ? undefined : 'no mount namespace can be made here';

/** Texts of /etc/hosts, and names that are looked up with them. */
const files: Readonly<Record<string, readonly [text: string, ...names: string[]]>> = {
  'several lines of a name': ['192.0.2.9 a\n2001:db8::1 a\n192.0.2.1 a\n2001:db8::2 a\n', 'a'],
  'aliases and comments': ['192.0.2.1 one two # no\n192.0.2.2\ttwo\tthree\n', 'one', 'two', 'three', 'no'],
  'names that share an address': [
    '127.0.0.1 localhost\n::1 localhost ip6-localhost\n127.0.0.1 app\n192.0.2.7 far\n',
    'localhost',
    'LOCALHOST',
    'ip6-localhost',
    'app',
    'far',
    'x.localhost',
  ],
  'a name on two addresses that have entries': [
    '192.0.2.1 a\n192.0.2.2 b\n192.0.2.1 b c\n192.0.2.3 c\n192.0.2.2 d\n',
    'a',
    'b',
    'c',
    'd',
  ],
  'the first lines of a usual machine': [
    '127.0.0.1 localhost\n127.0.1.1 host\n::1 localhost ip6-localhost\nff02::1 ip6-allnodes\n10.0.0.1 host\n',
    'localhost',
    'host',
    'ip6-allnodes',
  ],
  'upper case': ['192.0.2.1 WEB Www.Example\n2001:DB8:0::A six\n', 'web', 'WEB', 'www.example', 'six'],
  'dots at the end': ['192.0.2.1 web.\n192.0.2.2 app\n', 'web', 'web.', 'app', 'app.'],
  'blanks and line breaks': [
    '\t192.0.2.1\t\tweb  www \r\n  192.0.2.2 app\r\n\r\n192.0.2.3 end',
    'web',
    'www',
    'app',
    'end',
  ],
  'comments that begin inside of a word': [
    '192.0.2.1 web#www ok\n192.0.2.2#x app\n#192.0.2.3 no\n192.0.2.5 #e\n',
    'web',
    'ok',
    'app',
    'no',
    'e',
  ],
  'no addresses': [
    'none web\n300.0.0.1 big\n1.2.3.4.5 long\n2001:db8:::1 bad\nfe80::1%lo zone\n192.0.2.9 ok\n',
    'web',
    'big',
    'long',
    'bad',
    'zone',
    'ok',
  ],
  'odd addresses': [
    '10 ten\n10.1 two\n192.0.02.5 zeros\n::ffff:192.0.2.8 mapped\n::1.2.3.4 compat\n0x0a.1 hex\n',
    'ten',
    'two',
    'zeros',
    'mapped',
    'compat',
    'hex',
  ],
  'no names': [
    '192.0.2.1 good b@d under_score *star -dash 192.0.2.7\n192.0.2.3 b!d next\n',
    'good',
    'b@d',
    'under_score',
    '*star',
    '-dash',
    'b!d',
    'next',
  ],
  'localhost elsewhere': [
    '192.0.2.1 localhost\n192.0.2.2 a.localhost\n2001:db8::1 b.localhost\n',
    'localhost',
    'localhost.',
    'a.localhost',
    'b.localhost',
    'c.LOCALHOST',
    'notlocalhost',
  ],
  nothing: ['', 'localhost', 'x.localhost', 'localhost.localdomain', 'web'],
};

const families = ['AUTO', 'V4_ONLY', 'V6_ONLY', 'V4_PREFERRED', 'ALL'];

/** A proxy that has this text for its /etc/hosts, and no DNS server. */
class WithHosts implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'hosts-'));
  #proxy: ProxyUnderTest | undefined;

  static async start(engine: Engine, text: string, names: readonly string[]): Promise<WithHosts> {
    const made = new WithHosts();
    const folder = made.#folder;
    writeFileSync(join(folder, 'resolv.conf'), 'nameserver 127.0.0.1\n');
    made.write(text);
    const mounts = ['hosts', 'resolv.conf'].map((name) => `mount --bind ${folder}/${name} /etc/${name}`);
    const argv = [...unshare, 'sh', '-c', `${mounts.join(' && ')} && exec "$@"`, 'sh', ...engine.argv];
    const kinds = [
      ...families.map((family) => [family, 'STRICT_DNS']),
      ['AUTO', 'LOGICAL_DNS'],
      ['ALL', 'LOGICAL_DNS'],
    ];
    const clusters = names.flatMap((name) =>
      kinds.map(([dns_lookup_family, type]) => clusterOf(name, { dns_lookup_family, type })),
    );
    const admin = { address: { socket_address: { address: '127.0.0.1', port_value: 0 } } };
    try {
      made.#proxy = await ProxyUnderTest.start(
        { ...engine, argv },
        { admin, static_resources: { clusters } },
        folder,
      );
    } catch (error) {
      await made[Symbol.asyncDispose]();
      throw error;
    }
    return made;
  }

  write(text: string): void {
    writeFileSync(join(this.#folder, 'hosts'), text);
  }

  /** Addresses by name, family and type of cluster. */
  async addresses(): Promise<Readonly<Record<string, readonly string[]>>> {
    type Host = { address: { socket_address: { address: string } } };
    const { body } = await request(this.#proxy!.admin, 'GET', '/clusters?format=json');
    const { cluster_statuses = [] } = JSON.parse(body) as {
      cluster_statuses?: { name: string; host_statuses?: Host[] }[];
    };
    return Object.fromEntries(
      cluster_statuses.map(({ name, host_statuses = [] }) => [
        name,
        host_statuses.map(({ address }) => address.socket_address.address),
      ]),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#proxy?.[Symbol.asyncDispose]();
    rmSync(this.#folder, { recursive: true });
  }
}

const clusterOf = (name: string, fields: Readonly<Record<string, string | undefined>>) => ({
  ...fields,
  name: `${name} ${fields.dns_lookup_family} ${fields.type}`,
  dns_refresh_rate: '0.1s',
  load_assignment: {
    cluster_name: name,
    endpoints: [
      { lb_endpoints: [{ endpoint: { address: { socket_address: { address: name, port_value: 80 } } } }] },
    ],
  },
});

describe('/etc/hosts is read as Envoy reads it', {
  concurrency: 2,
  skip: skip || skipWithout('namespaces', missing),
}, () => {
  for (const [title, [text, ...names]] of Object.entries(files)) {
    it(title, async () => {
      await using real = await WithHosts.start(envoyEngine(path), text, names);
      await using ours = await WithHosts.start(tsEngine(), text, names);
      assert.deepEqual(await ours.addresses(), await real.addresses());
    });
  }

  // It is looked at again after 60 s: not whether it changed, nor because servers fail, makes that earlier.
  it('and is kept when it changes', async () => {
    for (const engine of [envoyEngine(path), tsEngine()]) {
      await using proxy = await WithHosts.start(engine, '192.0.2.1 web\n', ['web', 'none']);
      proxy.write('192.0.2.2 other web\n2001:db8::2 web\n');
      const changed = async () => (await proxy.addresses())['web ALL STRICT_DNS']!.includes('192.0.2.2');
      assert.ok(!(await waitFor(changed, 1500)), engine.name);
    }
  });
});
