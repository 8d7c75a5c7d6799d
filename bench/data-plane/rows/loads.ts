import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Bootstrap, managerOf } from '../bootstrap.ts';
import { h2load } from '../generators/h2load.ts';
import { websocket } from '../generators/websocket.ts';
import { logTo } from '../subject.ts';
import { loadRow } from './load.ts';
import type { Row } from './row.ts';

const logOf = (folder: string, engine: string) => join(folder, `${engine}.log`);
const mebibyte = 1 << 20;

/** Work that is requests through the front proxy, and what is asked of it against Envoy. */
export const loads: readonly Row[] = [
  loadRow({
    key: 'get',
    work: 'small GET, 32 connections',
    target: {},
    asked: { rate: 1.25, p99: 1 },
    peers: { names: ['http-proxy', 'http-proxy-3', 'httpxy', 'undici'], ratio: 1.3 },
  }),
  loadRow({
    key: 'access-log',
    work: 'small GET, access log to a file',
    target: {},
    asked: { rate: 1.25, p99: 1 },
    front: ({ folder }, engine) => ({ change: logTo(logOf(folder, engine)) }),
    after: ({ folder }, engine) => {
      const [line = ''] = readFileSync(logOf(folder, engine), 'utf8').split('\n', 1);
      if (!line.includes('"GET /service/1 HTTP/1.1" 200')) throw new Error(`${engine} logged ${line}`);
    },
  }),
  loadRow({
    key: 'two-hops',
    work: 'small GET, front proxy and sidecar',
    target: {},
    asked: { rate: 1.25, p99: 1 },
    front: () => ({ hops: 2 }),
  }),
  loadRow({
    key: 'post',
    work: 'POST 4 KiB, 32 connections',
    target: { bodyBytes: 4096 },
    asked: { rate: 1.1, p99: 1.1 },
  }),
  loadRow({
    key: 'download',
    work: '1 MiB response bodies, 8 connections',
    target: { connections: 8, answerBytes: mebibyte },
    asked: { rate: 0.9 },
    unit: 'MB/s',
  }),
  loadRow({
    key: 'upload',
    work: '1 MiB request bodies, 8 connections',
    target: { connections: 8, bodyBytes: mebibyte },
    asked: { rate: 0.9 },
    unit: 'MB/s',
  }),
  loadRow({
    key: 'tls',
    work: 'TLS termination, small GET, 32 connections',
    target: { scheme: 'https' },
    asked: { rate: 1, p99: 1.2 },
    front: () => ({ listener: 'https' }),
  }),
  loadRow({
    key: 'connections',
    work: 'small GET, 1,000 connections',
    target: { connections: 1000 },
    longer: 2,
    asked: { rate: 1.1, p99: 1.2 },
  }),
  loadRow({
    key: 'http2',
    work: 'HTTP/2, small GET, 4 connections × 32 streams',
    target: { connections: 4 },
    asked: { rate: 0.8, p99: 1.3 },
    generator: () => h2load(32),
  }),
  loadRow({
    key: 'websocket',
    work: 'WebSocket echo, 100 sockets, 64 bytes',
    target: { connections: 100, bodyBytes: 64 },
    asked: { rate: 1, p99: 1.2 },
    unit: 'messages/s',
    front: () => ({ change: upgrade }),
    upstream: ({ programs }) => [programs.echo],
    generator: ({ programs }) => websocket(programs.sockets),
  }),
];

function upgrade(bootstrap: Bootstrap): void {
  managerOf(bootstrap).upgrade_configs = [{ upgrade_type: 'websocket' }];
}
