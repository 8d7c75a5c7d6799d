import { addressText } from '../listener/address.ts';
import type { AdminHandler } from './handler.ts';

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
  {
    path: '/listeners',
    help: 'print listener info',
    handle: (_request, server) => ({
      body: server.listeners.listeners
        .flatMap(({ listener, socket }) =>
          socket ? [`${listener.name}::${addressText(socket.local)}\n`] : [],
        )
        .join(''),
    }),
  },
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
