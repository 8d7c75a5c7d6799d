import type { AdminHandler } from './handler.ts';
import { listenersHandler } from './listeners.ts';
import { statsHandler } from './stats.ts';

/** All pages of the admin interface. */
export const adminHandlers: readonly AdminHandler[] = [
  {
    path: '/ready',
    help: 'print server state, return 200 if LIVE, otherwise return 503',
    handle: (_request, server) => ({
      status: server.state === 'LIVE' ? 200 : 503,
      body: `${server.state}\n`,
    }),
  },
  listenersHandler,
  statsHandler,
  {
    path: '/quitquitquit',
    help: 'exit the server',
    mutates: true,
    handle(_request, server) {
      setImmediate(() => server.onQuit?.());
      return { body: 'OK\n' };
    },
  },
];
