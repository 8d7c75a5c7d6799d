import { request as plain } from 'node:http';
import { request as encrypted } from 'node:https';
import { fileURLToPath } from 'node:url';
import { generate } from '../processes.ts';
import type { Generator, Load, Target } from './generator.ts';

const script = fileURLToPath(new URL('wrk.lua', import.meta.url));
/** A response's head is longer than nothing and shorter than this. */
const headBytes = 1024;

interface Summary extends Omit<Load, 'count'> {
  readonly requests: number;
  readonly bytes: number;
  readonly failed: number;
}

/** HTTP/1.1, plain or over TLS: every connection sends its next request when it has the whole response. */
export const wrk: Generator = { run, check };

async function run(target: Target, seconds: number, list?: string): Promise<Load> {
  const { scheme, port, path, connections, bodyBytes, answerBytes } = target;
  const size = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', '-s', script];
  const url = `${scheme}://127.0.0.1:${port}${path}`;
  const output = await generate(['wrk', ...size, url, '--', String(bodyBytes)], seconds, list);
  const summary = JSON.parse(output.trim().split('\n').at(-1)!) as Summary;
  const { requests, bytes, failed } = summary;
  if (requests === 0 || failed > 0)
    throw new Error(`wrk: ${requests} requests were answered and ${failed} failed:\n${output}`);
  const most = (requests + connections) * (answerBytes + headBytes);
  if (bytes < requests * answerBytes || bytes > most) {
    throw new Error(`${requests} responses of ${answerBytes} bytes are not ${bytes} bytes:\n${output}`);
  }
  return { count: requests, seconds: summary.seconds, p99: summary.p99 };
}

async function check({ scheme, port, path, bodyBytes, answerBytes }: Target): Promise<void> {
  const { status, size } = await new Promise<{ status: number; size: number }>((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, agent: false, rejectUnauthorized: false };
    const method = bodyBytes > 0 ? 'POST' : 'GET';
    const headers = bodyBytes > 0 ? { 'content-length': bodyBytes } : {};
    const request = scheme === 'https' ? encrypted : plain;
    const sent = request({ ...options, method, headers, timeout: 10_000 }, (response) => {
      let size = 0;
      response.on('data', (data: Buffer) => {
        size += data.length;
      });
      response.on('end', () => resolve({ status: response.statusCode!, size }));
      response.on('error', reject);
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer within 10 s')));
    sent.on('error', reject);
    sent.end(Buffer.alloc(bodyBytes, 'x'));
  });
  if (status !== 200 || size !== answerBytes) {
    throw new Error(`${path} answered ${status} with ${size} bytes: expected 200 with ${answerBytes}`);
  }
}
