import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** Ends a connection by RST where it is TCP; over TLS and on pipes, which have none here, at once. */
export function abortSocket(socket: Socket): void {
  if (socket instanceof TLSSocket || socket.remoteAddress === undefined) socket.destroy();
  else socket.resetAndDestroy();
}
