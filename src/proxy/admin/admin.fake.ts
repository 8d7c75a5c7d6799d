import { loadBootstrap } from '../../bootstrap/load.ts';
import { FakeClock } from '../clock.fake.ts';
import { LoggerSet } from '../log/logger.ts';
import { Server } from '../server/server.ts';
import { supported } from '../supported.ts';
import type { AdminResponse } from './handler.ts';
import { parseQuery } from './query.ts';
import { adminHandlers } from './registry.ts';

/** A server that is loaded and not started, from a config in YAML or JSON. */
export async function fakeServer(config: unknown): Promise<Server> {
  const { bootstrap } = loadBootstrap(JSON.stringify(config), 'envoy.json', { support: supported });
  const options = {
    drainTimeMs: 600_000,
    drainStrategy: 'gradual' as const,
    fileFlushIntervalMs: 20,
    serviceCluster: '',
    serviceNode: '',
    serviceZone: '',
    localAddressIpVersion: 'v4' as const,
    concurrency: 1,
  };
  const server = new Server(bootstrap, options, {
    clock: new FakeClock(),
    loggers: new LoggerSet('warning', () => {}, '%v', 1),
    hostname: 'h',
    variables: {},
    readFile: () => Buffer.alloc(0),
    uuid: () => '',
    random: () => 0,
  });
  await server.load();
  return server;
}

/** What the page at the path answers; `target` with its query. */
export function ask(server: Server, target: string, method = 'GET', body = ''): AdminResponse {
  const [path = '', query = ''] = target.split('?');
  const handler = adminHandlers.find((one) => one.path === path);
  if (handler === undefined) throw new Error(`no page ${path}`);
  return handler.handle({ method, path, query: parseQuery(query), body }, server);
}

/** Its body as JSON. */
export function askJson(server: Server, target: string): unknown {
  return JSON.parse(ask(server, target).body);
}
