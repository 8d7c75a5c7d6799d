import { FakeClock } from '../clock.fake.ts';
import type { FormatEnvironment } from '../format/environment.ts';
import { RequestHeaders } from '../http/headers.ts';
import { type ConnectionInfo, StreamInfo } from '../http/stream-info.ts';
import { LayeredRuntime } from '../runtime/layered-runtime.ts';
import { StatsStore } from '../stats/store.ts';
import type { RouteContext } from './context.ts';

/** What formats are filled in from, always the same. */
export function fakeEnvironment(): FormatEnvironment {
  return {
    clock: new FakeClock(),
    hostname: 'the-host',
    variables: { FOO: 'barbaz' },
    uuid: () => '11111111-2222-4333-8444-555555555555',
  };
}

export function fakeContext(overrides: Partial<RouteContext> = {}): RouteContext {
  return {
    environment: fakeEnvironment(),
    runtime: new LayeredRuntime(undefined, new StatsStore()),
    random: () => 0,
    readFile: (path) => {
      throw new Error(`no file ${path}`);
    },
    clusters: new Set(['c', 'd', 'e']),
    ...overrides,
  };
}

export function fakeInfo(connection: Partial<ConnectionInfo> = {}): StreamInfo {
  const info = new StreamInfo(
    {
      id: 7,
      local: { address: '127.0.0.1', port: 80 },
      directRemote: { address: '127.0.0.1', port: 4000 },
      remote: { address: '10.1.10.23', port: 4000 },
      tls: undefined,
      ...connection,
    },
    Date.UTC(2026, 10, 22, 18, 37, 39, 304),
    1000,
  );
  info.protocol = 'HTTP/1.1';
  return info;
}

/** `GET path` to `host`, with fields; of an array, one field a value. */
export function fakeRequest(
  path: string,
  host: string | undefined = 'h',
  fields: Readonly<Record<string, string | readonly string[]>> = {},
): RequestHeaders {
  const headers = new RequestHeaders();
  headers.method = 'GET';
  headers.path = path;
  headers.authority = host;
  for (const [name, value] of Object.entries(fields))
    for (const one of typeof value === 'string' ? [value] : value) headers.add(name, one);
  headers.set('x-forwarded-proto', headers.get('x-forwarded-proto') ?? 'http');
  return headers;
}
