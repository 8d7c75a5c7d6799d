import type { Socket } from 'node:net';
import { ReadBuffer } from '../read-buffer.ts';

/** What Node's `onread` sets on a socket; there is no option for it on sockets that a server accepts. */
interface UserBufferSocket {
  _handle?: { useUserBuffer?(buffer: Uint8Array): void } | null;
  [field: symbol]: unknown;
}

/**
 * Has what comes on an accepted socket delivered, out of a {@link ReadBuffer} where Node lets it be: as `onread` of
 * `net.connect` does. On a Node whose sockets are made otherwise, over TLS, and where bytes wait already, it is the socket's
 * `data` events.
 */
export function deliverReads(socket: Socket, encrypted: boolean, deliver: (data: Buffer) => void): void {
  if (encrypted || socket.readableLength > 0 || !useBuffer(socket, deliver)) socket.on('data', deliver);
}

function useBuffer(socket: Socket, deliver: (data: Buffer) => void): boolean {
  const fields = socket as unknown as UserBufferSocket;
  const handle = fields._handle;
  if (typeof handle?.useUserBuffer !== 'function') return false;
  const [buffer, callback, next] = symbolsOf(socket);
  if (buffer === undefined || callback === undefined || next === undefined) return false;
  const { onread } = new ReadBuffer(deliver);
  const first = (onread.buffer as () => Uint8Array)();
  fields[buffer] = first;
  fields[callback] = onread.callback;
  fields[next] = onread.buffer;
  handle.useUserBuffer(first);
  return true;
}

/** Node's own, the same for every socket. */
let known: (symbol | undefined)[] | undefined;

function symbolsOf(socket: Socket): (symbol | undefined)[] {
  known ??= ['kBuffer', 'kBufferCb', 'kBufferGen'].map((name) =>
    Object.getOwnPropertySymbols(socket).find(({ description }) => description === name),
  );
  return known;
}
