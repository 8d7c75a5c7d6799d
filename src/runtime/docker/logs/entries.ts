import type { IncomingMessage } from 'node:http';
import type Docker from 'dockerode';
import { explain, statusOf } from '../errors.ts';
import { readMultiplexed } from '../multiplexed.ts';
import { type Entry, readEntry } from './entry.ts';

export interface EntriesRequest {
  readonly follow: boolean;
  /** In s since the epoch. */
  readonly since?: number | undefined;
  /** Only this many last entries, pieces of long lines counted each. */
  readonly tail?: number | undefined;
}

/** What an engine kept of a container's output. */
export interface Entries extends AsyncIterable<Entry> {
  /** It is Podman's: times to the second, pieces of any size, a `tail` that mixes lines up. */
  readonly podman: boolean;
  close(): void;
}

/**
 * Asks for the output of a container. Following ends when the container does.
 *
 * @returns undefined when there is no such container (any more)
 */
export async function openEntries(
  docker: Docker,
  container: string,
  { follow, since, tail }: EntriesRequest,
  signal: AbortSignal,
): Promise<Entries | undefined> {
  const call = {
    path: `/containers/${container}/logs?`,
    method: 'GET',
    // The client's own call would keep a whole log in memory.
    isStream: true,
    statusCodes: { 200: true, 404: 'no such container', 500: 'server error' },
    options: {
      stdout: true,
      stderr: true,
      timestamps: true,
      follow,
      ...(since === undefined ? {} : { since }),
      ...(tail === undefined ? {} : { tail }),
    },
  };
  let answer: IncomingMessage;
  try {
    answer = await new Promise<IncomingMessage>((resolve, reject) => {
      docker.modem.dial(call, (error: unknown, stream: unknown) =>
        error ? reject(error) : resolve(stream as IncomingMessage),
      );
    });
  } catch (error) {
    if ([404, 409].includes(statusOf(error) ?? 0)) return undefined;
    throw explain(error, 'read the logs of a container');
  }
  answer.on('error', () => {});
  let closed = false;
  const close = () => {
    closed = true;
    answer.destroy();
  };
  signal.addEventListener('abort', close, { once: true });
  answer.once('close', () => signal.removeEventListener('abort', close));
  if (signal.aborted) close();
  return {
    podman: answer.headers['libpod-api-version'] !== undefined,
    close,
    [Symbol.asyncIterator]: () => read(answer, () => follow || closed),
  };
}

/** @param mayBreak whoever follows asks again, and whoever closes knows */
async function* read(answer: IncomingMessage, mayBreak: () => boolean): AsyncGenerator<Entry> {
  try {
    for await (const written of readMultiplexed(answer)) yield readEntry(written, Date.now());
  } catch (error) {
    if (!mayBreak()) throw explain(error, 'read the logs of a container');
  }
}
