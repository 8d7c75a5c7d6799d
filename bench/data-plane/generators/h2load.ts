import { readFile, rm } from 'node:fs/promises';
import { connect } from 'node:http2';
import { join } from 'node:path';
import { newFolder } from '../folders.ts';
import { generate } from '../processes.ts';
import type { Generator, Load, Target } from './generator.ts';

/** HTTP/2 without TLS by prior knowledge; every connection has so many streams open at any time. */
export function h2load(streams: number): Generator {
  return { run: (target, seconds, list) => run(streams, target, seconds, list), check };
}

async function run(streams: number, target: Target, seconds: number, list?: string): Promise<Load> {
  const { port, path, connections, answerBytes } = target;
  const folder = await newFolder();
  try {
    const log = join(folder, 'requests');
    const size = ['-t1', `-c${connections}`, `-m${streams}`, `-D${seconds}`, `--log-file=${log}`];
    const output = await generate(['h2load', ...size, `http://127.0.0.1:${port}${path}`], seconds, list);
    const count = numberIn(output, /(\d+) done,/);
    const succeeded = numberIn(output, /status codes: (\d+) 2xx/);
    const data = numberIn(output, /\((\d+)\) data/);
    const most = (count + connections * streams) * answerBytes;
    if (count === 0 || succeeded !== count || data < count * answerBytes || data > most) {
      const words = `h2load: ${succeeded} of ${count} requests succeeded, with ${data} bytes of bodies`;
      throw new Error(`${words}:\n${output}`);
    }
    return { count, seconds: numberIn(output, /finished in ([\d.]+)s/), p99: await percentile(log) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function numberIn(output: string, pattern: RegExp): number {
  return Number(pattern.exec(output)?.[1] ?? 0);
}

/** The 99th in ms, of a line for each request: when it began, its status, how many µs it took. */
async function percentile(log: string): Promise<number> {
  const lines = (await readFile(log, 'latin1')).trimEnd().split('\n');
  const times = Float64Array.from(lines, (line) => Number(line.split('\t')[2])).sort();
  return times[Math.floor(times.length * 0.99)]! / 1000;
}

async function check({ port, path, answerBytes }: Target): Promise<void> {
  const session = connect(`http://127.0.0.1:${port}`);
  try {
    const { status, size } = await new Promise<{ status: unknown; size: number }>((resolve, reject) => {
      session.on('error', reject);
      session.on('close', () => reject(new Error('the HTTP/2 connection was closed')));
      session.setTimeout(10_000, () => reject(new Error('no answer within 10 s')));
      const stream = session.request({ ':path': path });
      let [status, size] = [undefined as unknown, 0];
      stream.on('response', (headers) => {
        status = headers[':status'];
      });
      stream.on('data', (data: Buffer) => {
        size += data.length;
      });
      stream.on('end', () => resolve({ status, size }));
      stream.on('error', reject);
    });
    if (status !== 200 || size !== answerBytes) {
      throw new Error(`${path} answered ${status} with ${size} bytes: expected 200 with ${answerBytes}`);
    }
  } finally {
    session.destroy();
  }
}
