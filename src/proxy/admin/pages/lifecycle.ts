import type { Command } from '../../server/command.ts';
import { type AdminHandler, ok } from '../handler.ts';

export const healthCheckFail: AdminHandler = {
  path: '/healthcheck/fail',
  help: 'cause the server to fail health checks',
  mutates: true,
  handle(_request, server) {
    server.command({ kind: 'health', failed: true });
    return ok;
  },
};

export const healthCheckOk: AdminHandler = {
  path: '/healthcheck/ok',
  help: 'cause the server to pass health checks',
  mutates: true,
  handle(_request, server) {
    server.command({ kind: 'health', failed: false });
    return ok;
  },
};

/** Closes the listeners, at once or after the drain time; or only drains their connections. */
export const drainListeners: AdminHandler = {
  path: '/drain_listeners',
  help: 'drain listeners',
  parameters: [
    { name: 'graceful', help: 'Let the drain time pass before the listeners close' },
    { name: 'skip_exit', help: 'Drain connections, and leave the listeners open' },
    { name: 'inboundonly', help: 'Only listeners whose traffic_direction is INBOUND' },
  ],
  mutates: true,
  handle({ query }, server) {
    const inboundOnly = query.has('inboundonly');
    const stop: Command = { kind: 'stop', inboundOnly };
    if (query.has('skip_exit')) server.command({ kind: 'drain' });
    else if (query.has('graceful')) {
      server.drainManager.start(() => server.command(stop));
      server.command({ kind: 'drain' });
    } else server.command(stop);
    return ok;
  },
};

export const quit: AdminHandler = {
  path: '/quitquitquit',
  help: 'exit the server',
  mutates: true,
  handle(_request, server) {
    // After the answer is on its way.
    setImmediate(() => server.onQuit?.());
    return ok;
  },
};

export const resetCounters: AdminHandler = {
  path: '/reset_counters',
  help: 'reset all counters to zero',
  mutates: true,
  handle(_request, server) {
    server.stats.resetCounters();
    return ok;
  },
};

export const reopenLogs: AdminHandler = {
  path: '/reopen_logs',
  help: 'reopen access logs',
  mutates: true,
  handle(_request, server) {
    server.command({ kind: 'reopen' });
    return ok;
  },
};
