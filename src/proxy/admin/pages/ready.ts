import type { AdminHandler } from '../handler.ts';

export const ready: AdminHandler = {
  path: '/ready',
  help: 'print server state, return 200 if LIVE, otherwise return 503',
  handle: (_request, server) => ({
    status: server.state === 'LIVE' ? 200 : 503,
    body: `${server.state}\n`,
  }),
};
