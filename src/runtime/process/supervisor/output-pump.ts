import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { drained } from '../protocol/drained.ts';
import { writeFrame } from '../protocol/frames.ts';

/** How long a pipe may be silent after its command has ended, in ms: something left behind may hold it open. */
const SILENT_MS = 250;

/** Sends what a command writes as frames; a slow client holds the command back. */
export class OutputPump {
  readonly #done: Promise<void>;
  #sending = false;
  #chunks = 0;

  constructor(socket: Socket, kind: number, stream: Readable) {
    this.#done = this.#run(socket, kind, stream);
  }

  async #run(socket: Socket, kind: number, stream: Readable): Promise<void> {
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        this.#chunks++;
        if (socket.destroyed) return;
        this.#sending = true;
        if (!writeFrame(socket, kind, chunk)) await drained(socket);
        this.#sending = false;
      }
    } catch {
      // The client has gone, or the pipe was destroyed at the end of the call.
    }
  }

  /** Resolves when all of an ended command's output is sent, however long the client takes for it. */
  async rest(): Promise<void> {
    for (;;) {
      const before = this.#chunks;
      const waiting = new AbortController();
      const silent = delay(SILENT_MS, true, { signal: waiting.signal }).catch(() => false);
      const stillOpen = await Promise.race([this.#done.then(() => false), silent]);
      waiting.abort();
      if (!stillOpen || (!this.#sending && this.#chunks === before)) return;
    }
  }
}
