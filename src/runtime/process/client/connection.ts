import { closeSync, openSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { LabError } from '../../../error.ts';
import { readLine, writeLine } from '../protocol/lines.ts';
import { type CallName, type Calls, PROTOCOL_VERSION, type Reply } from '../protocol/messages.ts';
import { fromWire } from '../protocol/wire-error.ts';
import { SOCKET_FILE, SOCKET_PATH_LIMIT } from '../state-folder.ts';

/** A call in progress: its result, and its connection for what follows. */
export interface OpenCall<Name extends CallName> {
  readonly result: Calls[Name]['result'];
  readonly socket: Socket;
}

/**
 * Makes a call to a lab's supervisor and leaves its connection open, for calls with a stream after the reply.
 *
 * @param folder the lab's state folder
 * @throws LabError what the supervisor answers, or `runtime` when it is gone
 */
export async function openCall<Name extends CallName>(
  folder: string,
  call: Name,
  args: Calls[Name]['args'],
): Promise<OpenCall<Name>> {
  const socket = await connectTo(folder);
  try {
    await writeLine(socket, { version: PROTOCOL_VERSION, call, args });
    const line = await readLine(socket);
    if (line === undefined) throw goneError();
    const reply = JSON.parse(line) as Reply<Calls[Name]['result']>;
    if ('error' in reply) throw fromWire(reply.error);
    return { result: reply.ok, socket };
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** Makes a call that is only a question and an answer. */
export async function callOnce<Name extends CallName>(
  folder: string,
  call: Name,
  args: Calls[Name]['args'],
): Promise<Calls[Name]['result']> {
  const { result, socket } = await openCall(folder, call, args);
  socket.destroy();
  return result;
}

function goneError(cause?: unknown): LabError {
  return new LabError('runtime', 'the lab is gone: its supervisor does not answer', {
    hint: '`envoy-lab down` removes what is left of it.',
    cause,
  });
}

function connectTo(folder: string): Promise<Socket> {
  const path = join(folder, SOCKET_FILE);
  // A socket's path may have about 100 bytes only; a descriptor of its folder makes any path short.
  let fd: number | undefined;
  if (path.length > SOCKET_PATH_LIMIT) {
    try {
      fd = openSync(folder, 'r');
    } catch (error) {
      return Promise.reject(goneError(error));
    }
  }
  const short = fd === undefined ? path : `/proc/self/fd/${fd}/${SOCKET_FILE}`;
  return new Promise((resolve, reject) => {
    const socket = connect({ path: short, allowHalfOpen: true });
    const settle = (then: () => void) => {
      if (fd !== undefined) closeSync(fd);
      then();
    };
    socket.once('error', (error) => settle(() => reject(goneError(error))));
    socket.once('connect', () =>
      settle(() => {
        socket.removeAllListeners('error');
        socket.on('error', () => {});
        resolve(socket);
      }),
    );
  });
}
