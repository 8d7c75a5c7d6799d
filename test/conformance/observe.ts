import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestDnsServer } from '../../src/proxy/cluster/dns/server.fake.ts';
import type { Case } from './case.ts';
import { type ClientSessions, type ClientView, play } from './client.ts';
import { bootstrap } from './config.ts';
import { request } from './http.ts';
import { normalizer } from './normalize.ts';
import { type Engine, ProxyUnderTest } from './proxy.ts';
import { shortened } from './tcp.ts';
import { Upstream, type UpstreamConnection } from './upstream.ts';
import { waitFor } from './wait.ts';

/** All that a case can tell of one engine, with what must differ between runs (ports, times, ids) replaced. */
export interface Observation {
  readonly clients: readonly ClientView[];
  readonly upstreams: Readonly<Record<string, readonly UpstreamConnection[]>>;
  readonly accessLog: readonly unknown[];
  readonly stats: Readonly<Record<string, string>>;
  readonly statNames: Readonly<Record<string, string>>;
  readonly admin: Readonly<Record<string, unknown>>;
  /** The config was refused. */
  readonly refused: boolean;
  /** False when the proxy died. */
  readonly alive: boolean;
}

/** Runs a case on one engine. */
export async function observe(test: Case, engine: Engine): Promise<Observation> {
  const folder = await mkdtemp(join(tmpdir(), 'envoy-lab-conformance-'));
  const upstreams = new Map<string, Upstream>();
  try {
    return await observeIn(folder, upstreams, test, engine);
  } finally {
    for (const upstream of upstreams.values()) await upstream[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  }
}

async function observeIn(
  folder: string,
  upstreams: Map<string, Upstream>,
  test: Case,
  engine: Engine,
): Promise<Observation> {
  const ports = new Map<string, number>();
  for (const [name, script] of Object.entries(test.upstreams ?? { up: {} })) {
    const { upstream, port } = await Upstream.start(script, ports);
    upstreams.set(name, upstream);
    ports.set(name, port);
  }
  const accessLog = join(folder, 'access.log');
  await using dns = test.dns && (await startDns(test.dns));
  const files = join(folder, 'files');
  await mkdir(files);
  await replaceFiles(files, test.files ?? {});
  const config = bootstrap(test.config ?? {}, {
    upstreams: ports,
    accessLog,
    files,
    ...(dns && { dns: Number(dns.address.split(':')[1]) }),
  });
  if (test.refused) return { ...nothing, refused: await refuses(engine, config, folder) };
  const { concurrency } = test;
  await using proxy = await ProxyUnderTest.start({ ...engine, concurrency }, config, folder);
  const listener = proxy.listeners.get('main')!;
  const names = new Map([...ports].map(([name, port]) => [port, `<${name}>`]));
  const normalize = normalizer(names.set(listener, '<listener>').set(proxy.admin, '<admin>'), folder);

  if (test.waitFor !== undefined) await waitForStats(proxy.admin, test.waitFor);
  for (const endpoint of test.before ?? []) await ask(proxy.admin, endpoint);
  const clients: ClientView[] = [];
  using held = new HeldSockets();
  const sessions: ClientSessions = {};
  for (const exchange of test.exchanges) {
    if ('replace' in exchange) {
      await replaceFiles(files, exchange.replace);
      await waitForStats(proxy.admin, exchange.waitFor);
      continue;
    }
    const view = await play(exchange, listener, [...upstreams.values()], held, sessions);
    clients.push({ ...view, received: normalize(view.received) });
  }
  if (test.waitForAfter !== undefined) await waitForStats(proxy.admin, test.waitForAfter);
  const lines = await logLines(accessLog, test.logLines ?? clients.length, proxy.admin);
  const stats = test.stats ? await settledStats(proxy.admin, test.stats) : {};
  const statNames = test.statNames ? await namesOfStats(proxy.admin, test.statNames) : [];
  const admin: Record<string, unknown> = {};
  for (const endpoint of test.admin ?? []) {
    const answer = await ask(proxy.admin, endpoint);
    admin[endpoint] = {
      status: answer.status,
      head: normalize(answer.head),
      body: parseLine(normalize(answer.body).replace(/("port_value": )<(\w+)>/g, '$1"<$2>"')),
    };
  }
  for (const endpoint of test.adminHeads ?? []) {
    const { status, head } = await ask(proxy.admin, endpoint);
    admin[endpoint] = { status, head: normalize(head) };
  }
  const seen: Record<string, UpstreamConnection[]> = {};
  for (const [name, upstream] of upstreams) {
    seen[name] = upstream.connections.map(({ received, end, tls }) => ({
      received: shortened(normalize(received)),
      end,
      ...(tls && { tls }),
    }));
  }
  const stat = (text: string) => normalize(text);
  return {
    clients,
    upstreams: seen,
    accessLog: lines.map((line) => parseLine(normalize(line))),
    stats: Object.fromEntries(Object.entries(stats).map(([name, value]) => [stat(name), value])),
    statNames: Object.fromEntries(statNames.map(([name, kind]) => [stat(name), kind])),
    admin,
    refused: false,
    alive: proxy.alive,
  };
}

/** Connections of clients that last until the case is over. */
class HeldSockets extends Set<Socket> implements Disposable {
  [Symbol.dispose](): void {
    for (const socket of this) socket.destroy();
  }
}

/** Puts files in the place of others in one step each, as whoever renews certificates does. */
async function replaceFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const fresh = join(folder, `.${name}.new`);
    await writeFile(fresh, text.replaceAll('<files>', folder));
    await rename(fresh, join(folder, name));
  }
}

function startDns(names: NonNullable<Case['dns']>): Promise<TestDnsServer> {
  const asked = new Map<string, number>();
  return TestDnsServer.start((name, type) => {
    const key = `${name}/${type}`;
    const replies = names[key] ?? [{ code: 3 }];
    const at = asked.get(key) ?? 0;
    asked.set(key, at + 1);
    return replies[Math.min(at, replies.length - 1)];
  });
}

async function waitForStats(admin: number, wanted: NonNullable<Case['waitFor']>): Promise<void> {
  const reached = async () => {
    const { body } = await request(admin, 'GET', '/stats');
    const values = new Map(body.split('\n').map((line) => line.split(': ') as [string, string]));
    // `*.name`: of whatever scope, such as a listener whose port is in its name.
    const read = (name: string) =>
      name.startsWith('*') ? [...values].find(([one]) => one.endsWith(name.slice(1)))?.[1] : values.get(name);
    return Object.entries(wanted).every(([name, value]) => Number(read(name) ?? -1) >= value);
  };
  if (!(await waitFor(reached, 5000))) throw new Error(`never came: ${JSON.stringify(wanted)}`);
}

const nothing = {
  clients: [],
  upstreams: {},
  accessLog: [],
  stats: {},
  statNames: {},
  admin: {},
  alive: false,
};

async function refuses(engine: Engine, config: unknown, folder: string): Promise<boolean> {
  try {
    await using _proxy = await ProxyUnderTest.start(engine, config, folder);
    return false;
  } catch (error) {
    // Ended by an error that nobody caught, it would have refused nothing.
    if (/\bNode\.js v\d/.test((error as Error).message)) throw error;
    return true;
  }
}

function ask(admin: number, endpoint: string) {
  const [method, path] = endpoint.split(' ') as [string, string];
  return request(admin, method, path);
}

/** JSON lines as objects, so that key order does not matter; others as they are. */
function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return line;
  }
}

/** The lines of the access log: so many at least, and all that the proxy says it has written. */
async function logLines(path: string, count: number, admin: number): Promise<string[]> {
  const read = () => (existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : []);
  if (count === 0) return [];
  await waitFor(() => read().length >= count, 3000);
  const { body } = await request(admin, 'GET', '/stats?filter=^filesystem.write_buffered$');
  const logged = Number(body.split(': ')[1]);
  await waitFor(() => read().length >= logged, 500);
  return read();
}

/** Reads the stats until two readings agree: a connection's end is counted a moment after the client sees it. */
async function settledStats(admin: number, filter: RegExp): Promise<Record<string, string>> {
  const read = async () => {
    const { body } = await request(admin, 'GET', '/stats');
    const rows = body.split('\n').map((line) => line.split(': ') as [string, string]);
    return Object.fromEntries(rows.filter(([name, value]) => filter.test(name) && /^\d+$/.test(value ?? '')));
  };
  let last = await read();
  let same = 0;
  await waitFor(async () => {
    const now = await read();
    same = JSON.stringify(now) === JSON.stringify(last) ? same + 1 : 0;
    last = now;
    return same >= 3;
  }, 2000);
  return last;
}

/** What each stat is: a number or a distribution. */
async function namesOfStats(admin: number, filter: RegExp): Promise<[name: string, kind: string][]> {
  const { body } = await request(admin, 'GET', '/stats');
  const rows = body.split('\n').map((line) => line.split(': ') as [string, string?]);
  return rows
    .filter(([name, value]) => value !== undefined && filter.test(name))
    .map(([name, value]) => [name, /^\d+$/.test(value!) ? 'number' : 'histogram']);
}
