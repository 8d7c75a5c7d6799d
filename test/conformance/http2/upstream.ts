import type { Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { ClientView } from '../client.ts';
import type { UpstreamTlsView } from '../tls.ts';
import { waitFor } from '../wait.ts';
import { ACK, data, frame, headers, preface, settings } from './frames.ts';
import { FrameView } from './view.ts';

const deadlineMs = 3000;

/** What an upstream does that speaks HTTP/2, frame by frame. */
export interface Http2Script {
  /** Its first bytes; empty SETTINGS and the acknowledgement of the proxy's when absent. */
  readonly hello?: string;
  /** For the streams in the order they come, on whatever connection; the last repeats. 200 `ok` when absent. */
  readonly answers?: readonly Http2Answer[];
}

export interface Http2Answer {
  /** When the request's head is here; when it ended, if absent. */
  readonly on?: 'head';
  readonly frames: (stream: number) => readonly (
    | string
    | { readonly afterMs: number }
    /** So many bytes of DATA came on this connection. */
    | { readonly afterData: number }
    /** So many streams of this connection came to their end. */
    | { readonly afterEnded: number }
    /** So many SETTINGS of ours were acknowledged on this connection. */
    | { readonly afterSettingsAcks: number }
  )[];
  readonly finally?: 'close' | 'reset';
}

const ok: Http2Answer = {
  frames: (stream) => [headers(stream, [[':status', '200']], false) + data(stream, 'ok', true)],
};

/** What an upstream that speaks HTTP/2 saw on one connection. */
export class Http2UpstreamView {
  end: ClientView['end'] = 'open';
  bytes = 0;
  /** What was agreed on below. */
  readonly tls?: UpstreamTlsView;
  readonly #frames = new FrameView();
  #preface = '';

  constructor(tls: UpstreamTlsView | undefined) {
    if (tls !== undefined) this.tls = tls;
  }

  get received(): string {
    return (this.#preface === preface ? '' : `no preface: ${this.#preface}\n`) + this.#frames.toString();
  }

  get frames(): FrameView {
    return this.#frames;
  }

  add(bytes: Buffer): void {
    this.bytes += bytes.length;
    const missing = preface.length - this.#preface.length;
    this.#preface += bytes.toString('latin1', 0, missing);
    this.#frames.add(bytes.subarray(missing));
  }
}

/** Plays a script on one connection; `next` says which answer a stream gets. */
export function serveHttp2(
  socket: Socket,
  view: Http2UpstreamView,
  script: Http2Script,
  next: () => number,
): void {
  const answers = script.answers ?? [ok];
  const due = new Map<number, Http2Answer>();
  const given = new Set<number>();
  let greeted = false;
  socket.on('error', () => {
    view.end = 'reset';
  });
  socket.on('end', () => {
    if (view.end === 'open') view.end = 'fin';
    socket.end();
  });
  socket.on('data', (bytes) => {
    view.add(bytes);
    if (!greeted) {
      greeted = true;
      socket.write(script.hello ?? settings() + frame('SETTINGS', ACK, 0), 'latin1');
    }
    const { heads, ended } = view.frames;
    for (const stream of heads) {
      const answer = due.get(stream) ?? answers[Math.min(next(), answers.length - 1)]!;
      due.set(stream, answer);
      if (given.has(stream) || (answer.on !== 'head' && !ended.has(stream))) continue;
      given.add(stream);
      void playAnswer(socket, view, answer, stream);
    }
  });
}

async function playAnswer(
  socket: Socket,
  view: Http2UpstreamView,
  answer: Http2Answer,
  stream: number,
): Promise<void> {
  const { frames } = view;
  for (const step of answer.frames(stream)) {
    if (typeof step === 'string') {
      if (socket.writable) socket.write(step, 'latin1');
    } else if ('afterMs' in step) await setTimeout(step.afterMs);
    else if ('afterData' in step) await waitFor(() => frames.dataBytes >= step.afterData, deadlineMs);
    else if ('afterSettingsAcks' in step) {
      await waitFor(() => frames.settingsAcks >= step.afterSettingsAcks || view.end !== 'open', deadlineMs);
    } else await waitFor(() => frames.ended.size >= step.afterEnded, deadlineMs);
  }
  if (answer.finally === 'close') socket.end();
  if (answer.finally === 'reset') socket.resetAndDestroy();
}
