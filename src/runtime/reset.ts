import type { Socket } from 'node:net';

/**
 * Resets a TCP connection. While its end is being told it cannot be reset: libuv refuses (`uv_tcp_close_reset`), and Node
 * then forgets a handle that stays open and spins the event loop. Such a one is closed.
 */
export function reset(socket: Socket): void {
  if (socket.writableEnded && !socket.writableFinished) socket.destroy();
  else socket.resetAndDestroy();
}
