import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { bootstrap } from '../test/conformance/config.ts';
import { type Engine, envoyEngine, ProxyUnderTest, tsEngine } from '../test/conformance/proxy.ts';
import { findOracle } from '../test/oracle.ts';
import { median } from './rounds.ts';

const run = promisify(execFile);
const rounds = 5;
const seconds = 4;

interface Sample {
  readonly requests: number;
  readonly p99: number;
}

/** Requests per second and p99 of both engines on one core, load generator and upstream on the other. */
export async function dataPlaneBench(): Promise<string> {
  const oracle = findOracle();
  if (!oracle) throw new Error('needs the real Envoy: `node tools/oracle.js`');
  const engines = [pinned(envoyEngine(oracle)), pinned(tsEngine())];
  const upstream = await startUpstream();
  const samples = new Map<string, Sample[]>(engines.map(({ name }) => [name, []]));
  const folders: string[] = [];
  const proxies: ProxyUnderTest[] = [];
  try {
    for (const engine of engines) {
      const folder = await mkdtemp(join(tmpdir(), 'envoy-lab-bench-'));
      folders.push(folder);
      const places = { upstreams: new Map([['up', upstream.port]]), accessLog: '/dev/null' };
      proxies.push(await ProxyUnderTest.start(engine, bootstrap({ accessLog: [] }, places), folder));
    }
    for (let round = 0; round <= rounds; round++) {
      for (const [index, { name }] of engines.entries()) {
        const sample = await wrk(proxies[index]!.listeners.get('main')!);
        if (round > 0) samples.get(name)!.push(sample);
      }
    }
  } finally {
    for (const proxy of proxies) await proxy[Symbol.asyncDispose]();
    upstream.child.kill();
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  }
  const of = (name: string, key: keyof Sample) => median(samples.get(name)!.map((sample) => sample[key]));
  const row = (name: string) =>
    `| ${name} | ${of(name, 'requests').toFixed(0)} | ${(of(name, 'requests') / of('envoy', 'requests')).toFixed(2)} | ${of(name, 'p99').toFixed(2)} | ${(of(name, 'p99') / of('envoy', 'p99')).toFixed(2)} |`;
  return [
    '## Data plane',
    '',
    `\`npm run bench -- data-plane\`: wrk, small GET, 32 connections, keep-alive, ${rounds} interleaved rounds of ${seconds} s, proxy on one core.`,
    '',
    '| engine | requests/s | ratio | p99 ms | ratio |',
    '|---|---|---|---|---|',
    row('envoy'),
    row('ts'),
    '',
  ].join('\n');
}

function pinned(engine: Engine): Engine {
  return { name: engine.name, argv: ['taskset', '-c', '0', ...engine.argv] };
}

async function startUpstream(): Promise<{ port: number; child: ChildProcess }> {
  const script = fileURLToPath(new URL('upstream.js', import.meta.url));
  const child = spawn('taskset', ['-c', '1', process.execPath, script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface(child.stdout)) return { port: Number(line), child };
  throw new Error('the upstream did not start');
}

async function wrk(port: number): Promise<Sample> {
  const args = ['-c', '1', 'wrk', '-t1', '-c32', `-d${seconds}s`, '--latency', `http://127.0.0.1:${port}/`];
  const { stdout } = await run('taskset', args);
  const requests = Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
  const [, value, unit] = /99%\s+([\d.]+)(us|ms|s)/.exec(stdout) ?? [];
  const failed = /Socket errors|Non-2xx/.exec(stdout);
  if (!requests || failed) throw new Error(`wrk failed:\n${stdout}`);
  return { requests, p99: Number(value) * (unit === 'us' ? 0.001 : unit === 's' ? 1000 : 1) };
}
