import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Engine } from '../engine.ts';
import { pause } from '../pause.ts';
import { type EngineEvent, eventFilters, readEvent } from './engine-event.ts';

/** Before a stream that ended is opened again, in ms. */
const REOPEN_MS = 100;

/**
 * The engine's events from a moment on, until the signal aborts. An engine may end the stream while it goes on itself:
 * Podman does when it cuts its file of events. Then it is asked again for what came since.
 *
 * @throws what the engine's client throws when the engine is not there any more
 */
export async function openEvents(
  engine: Pick<Engine, 'docker'>,
  since: number,
  signal: AbortSignal,
): Promise<AsyncIterable<EngineEvent>> {
  return readOn(await openStream(engine, since, signal), engine, signal);
}

async function* readOn(
  first: AsyncIterable<string>,
  engine: Pick<Engine, 'docker'>,
  signal: AbortSignal,
): AsyncGenerator<EngineEvent> {
  let last = Date.now();
  for (let lines = first; ; ) {
    for await (const line of lines) {
      const event = line === '' ? undefined : readEvent(line);
      if (event === undefined) continue;
      last = event.time;
      yield event;
    }
    await pause(REOPEN_MS, signal);
    if (signal.aborted) return;
    lines = await openStream(engine, last + 1, signal);
  }
}

async function openStream(
  { docker }: Pick<Engine, 'docker'>,
  since: number,
  signal: AbortSignal,
): Promise<AsyncIterable<string>> {
  const options = { filters: JSON.stringify(eventFilters), since: since / 1000, abortSignal: signal };
  const stream = (await docker.getEvents(options)) as Readable;
  const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
  // Asked for at once: lines that come before somebody iterates would be lost.
  const iterator = lines[Symbol.asyncIterator]();
  const close = () => stream.destroy();
  signal.addEventListener('abort', close, { once: true });
  // A destroyed stream has no end, and the reader would wait for it.
  stream.once('close', () => {
    signal.removeEventListener('abort', close);
    lines.close();
  });
  if (signal.aborted) close();
  return { [Symbol.asyncIterator]: () => iterator };
}
