import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Case } from './case.ts';
import { type ClientView, play } from './client.ts';
import { bootstrap } from './config.ts';
import { request } from './http.ts';
import { normalizer } from './normalize.ts';
import { type Engine, ProxyUnderTest } from './proxy.ts';
import { Upstream, type UpstreamConnection } from './upstream.ts';
import { waitFor } from './wait.ts';

/** All that a case can tell of one engine, with what must differ between runs (ports, times, ids) replaced. */
export interface Observation {
  readonly clients: readonly ClientView[];
  readonly upstreams: Readonly<Record<string, readonly UpstreamConnection[]>>;
  readonly accessLog: readonly unknown[];
  readonly stats: Readonly<Record<string, string>>;
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
    const { upstream, port } = await Upstream.start(script);
    upstreams.set(name, upstream);
    ports.set(name, port);
  }
  const accessLog = join(folder, 'access.log');
  const config = bootstrap(test.config ?? {}, { upstreams: ports, accessLog });
  if (test.refused) return { ...nothing, refused: await refuses(engine, config, folder) };
  await using proxy = await ProxyUnderTest.start(engine, config, folder);
  const listener = proxy.listeners.get('main')!;
  const names = new Map([...ports].map(([name, port]) => [port, `<${name}>`]));
  const normalize = normalizer(names.set(listener, '<listener>').set(proxy.admin, '<admin>'), folder);

  for (const endpoint of test.before ?? []) await ask(proxy.admin, endpoint);
  const clients: ClientView[] = [];
  for (const exchange of test.exchanges) {
    const view = await play(exchange, listener, [...upstreams.values()]);
    clients.push({ ...view, received: normalize(view.received) });
  }
  const lines = await logLines(accessLog, test.logLines ?? test.exchanges.length);
  const stats = test.stats ? await settledStats(proxy.admin, test.stats) : {};
  const admin: Record<string, unknown> = {};
  for (const endpoint of test.admin ?? []) {
    const answer = await ask(proxy.admin, endpoint);
    admin[endpoint] = {
      status: answer.status,
      contentType: contentType(answer.head),
      body: parseLine(normalize(answer.body).replace(/<(\w+)>(?=[,\s}])/g, '"<$1>"')),
    };
  }
  const seen: Record<string, UpstreamConnection[]> = {};
  for (const [name, upstream] of upstreams) {
    seen[name] = upstream.connections.map(({ received, end }) => ({ received: normalize(received), end }));
  }
  const stat = (text: string) => normalize(text);
  return {
    clients,
    upstreams: seen,
    accessLog: lines.map((line) => parseLine(normalize(line))),
    stats: Object.fromEntries(Object.entries(stats).map(([name, value]) => [stat(name), value])),
    admin,
    refused: false,
    alive: proxy.alive,
  };
}

const nothing = { clients: [], upstreams: {}, accessLog: [], stats: {}, admin: {}, alive: false };

async function refuses(engine: Engine, config: unknown, folder: string): Promise<boolean> {
  try {
    await using _proxy = await ProxyUnderTest.start(engine, config, folder);
    return false;
  } catch {
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

async function logLines(path: string, count: number): Promise<string[]> {
  const read = () => (existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : []);
  if (count > 0) await waitFor(() => read().length >= count, 3000);
  return count > 0 ? read() : [];
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

function contentType(head: string): string {
  return /^content-type:.*$/im.exec(head)?.[0] ?? '';
}
