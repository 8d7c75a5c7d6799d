import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { mintCertificate } from '../../src/cert/mint.ts';
import { TestDnsServer } from '../../src/proxy/cluster/dns/server.fake.ts';
import { request } from '../conformance/http.ts';
import { type Engine, ProxyUnderTest } from '../conformance/proxy.ts';
import { waitFor } from '../conformance/wait.ts';
import { bootstrap } from './config.ts';
import { Outcome } from './outcome.ts';
import { Http1Client, type Target } from './traffic/http1.ts';
import { manyStreams } from './traffic/http2.ts';
import { stall, webSocket } from './traffic/raw.ts';
import { SoakUpstream } from './upstream.ts';
import { growth, look, type Sample, stillActive } from './watch.ts';

/** ms between a client's exchanges: the proxy is to be busy, not the machine. */
const pause = 10;
/** The most findings that are told. */
const most = 20;

type Visit = (target: Target, turn: number) => Promise<void>;

/** Runs all of it for so many ms. Returns what is wrong, for people; `say` gets figures now and then. */
export async function soak(
  engine: Engine,
  ms: number,
  folder: string,
  say: (line: string) => void,
): Promise<string[]> {
  const outcome = new Outcome();
  await using steady = await SoakUpstream.start('http1');
  await using mortal = await SoakUpstream.start('http1');
  await using http2 = await SoakUpstream.start('http2');
  await using second = await SoakUpstream.start('http1', '127.0.0.2');
  await using third = await SoakUpstream.start('http1', '127.0.0.3', second.port);
  let addresses = ['127.0.0.2'];
  await using dns = await TestDnsServer.start((_name, type) => (type === 'A' ? addresses : []));
  const secret = join(folder, 'secret.json');
  replaceSecret(secret, 0);
  const places = {
    steady: steady.port,
    mortal: mortal.port,
    http2: http2.port,
    named: second.port,
    dns: Number(dns.address.split(':')[1]),
    secret,
    log: join(folder, 'access.log'),
  };
  await using proxy = await ProxyUnderTest.start(engine, bootstrap(places), folder);
  const stats = async () => (await request(proxy.admin, 'GET', '/stats')).body;
  await waitFor(async () => /^cluster\.named\.membership_total: 1$/m.test(await stats()), 5000);

  using clients = new Http1Client();
  const end = performance.now() + ms;
  const running = () => performance.now() < end && proxy.alive && outcome.findings.length < most;
  const visitor = async (what: string, cluster: string, tls: boolean, visit: Visit): Promise<void> => {
    const target = { port: proxy.listeners.get(tls ? 'tls' : 'plain')!, tls, path: `/${cluster}` };
    for (let turn = 1; running(); turn++) {
      const began = performance.now();
      try {
        await visit(target, turn);
        outcome.well(what);
      } catch (error) {
        outcome.failed(`${what} to ${cluster}${tls ? ' over TLS' : ''}`, error, cluster === 'mortal', began);
      }
      await delay(pause);
    }
  };
  const size = (turn: number) => [0, 10, 5000, 200_000][turn % 4]!;
  const visits: Readonly<Record<string, Visit>> = {
    'HTTP/1 kept': (target, turn) => clients.download(target, turn, size(turn), true),
    'HTTP/1 closed': (target, turn) => clients.download(target, turn, size(turn), false),
    upload: (target, turn) => clients.upload(target, turn, size(turn), turn % 2 === 0),
    'HTTP/2': (target, turn) => manyStreams(target, turn),
    WebSocket: (target, turn) => webSocket(target, turn),
    'aborted by the client': (target, turn) => clients.abort(target, turn, 500_000),
    'read late': (target, turn) => clients.download(target, turn, 1_000_000, false, 1500),
  };
  const everywhere = ['steady', 'mortal', 'http2', 'named'];
  const visitors = Object.entries(visits).flatMap(([what, visit]) =>
    (what === 'WebSocket' ? ['steady', 'named'] : everywhere).flatMap((cluster) =>
      [false, true].map((tls) => visitor(what, cluster, tls, visit)),
    ),
  );
  visitors.push(visitor('stalled client', 'steady', false, (target) => stall(target, 2000)));

  const samples: Sample[] = [];
  const watch = every(running, 500, async () => void samples.push(look(proxy.pid)));
  const endpoints = every(running, 1700, async (turn) => {
    addresses = [['127.0.0.2'], ['127.0.0.3'], ['127.0.0.2', '127.0.0.3']][turn % 3]!;
  });
  const certificates = every(running, 2300, async (turn) => replaceSecret(secret, turn + 1));
  const deaths = every(running, 4000, async () => {
    outcome.leaves();
    await mortal.stop();
    await delay(300);
    await mortal.start();
    // Who waits for an attempt that was refused fails with it, though begun later: until one of the proxy's goes well.
    const target = { port: proxy.listeners.get('plain')!, tls: false, path: '/mortal' };
    const goesWell = () =>
      clients.download(target, 1, 10, false).then(
        () => true,
        () => false,
      );
    if (await waitFor(goesWell, 10_000)) outcome.returns();
    else outcome.findings.push('mortal: 10 s after its return nobody gets there');
  });
  const figures = every(running, 20_000, async () => {
    const { rss, fds } = look(proxy.pid);
    say(
      `${[...outcome.counts.values()].reduce((a, b) => a + b, 0)} exchanges, ${rss.toFixed(0)} MB, ${fds} fds`,
    );
  });
  await Promise.all([...visitors, watch, endpoints, certificates, deaths, figures]);

  for (const [what, count] of outcome.counts) say(`${String(count).padStart(8)} ${what}`);
  say(`${String(outcome.explained).padStart(8)} failed while their upstream was away`);
  const findings = outcome.findings.slice(0, most);
  if (!proxy.alive) return [...findings, 'the proxy died'];
  clients[Symbol.dispose]();
  for (const upstream of [steady, mortal, http2, second, third]) await upstream.stop();
  const quiet = await waitFor(async () => stillActive(await stats()).length === 0, 10_000);
  if (!quiet) findings.push(...stillActive(await stats()).map((line) => `not 0 at the end: ${line}`));
  for (const [what, visit] of Object.entries(visits)) {
    if (visit !== undefined && !outcome.counts.has(what)) findings.push(`${what}: it never went well`);
  }
  const last = samples.at(-1);
  if (last !== undefined)
    say(`at the end ${last.rss.toFixed(0)} MB, ${look(proxy.pid).fds} fds when all is quiet`);
  return [...findings, ...growth(samples)];
}

/** Does it again and again, `ms` apart, while `running`. */
async function every(
  running: () => boolean,
  ms: number,
  what: (turn: number) => Promise<void>,
): Promise<void> {
  for (let turn = 0; running(); turn++) {
    await what(turn);
    await delay(ms);
  }
}

/** A new certificate, moved into its place at once: a watch sees it whole. */
function replaceSecret(path: string, turn: number): void {
  const { cert, key } = mintCertificate({ names: [`soak-${turn}.test`], days: 2 }, 'self', new Date());
  const secret = {
    '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret',
    name: 'own',
    tls_certificate: { certificate_chain: { inline_string: cert }, private_key: { inline_string: key } },
  };
  writeFileSync(`${path}.new`, JSON.stringify({ resources: [secret] }));
  renameSync(`${path}.new`, path);
}
