import { setTimeout as delay } from 'node:timers/promises';
import type { Engine } from '../conformance/proxy.ts';
import type { Input, ResponseInput } from './input.ts';
import { readMessage } from './message-text.ts';
import { type Run, Subject } from './subject.ts';

/** What one engine did with an input, without what differs from run to run. */
export interface Observation {
  /** The access log: `CODE FLAGS DETAILS` each. */
  readonly log: readonly string[];
  /** What the upstream got; empty where a script answered. */
  readonly upstream: readonly string[];
  /** What the client got. */
  readonly client: string;
  /** The proxy closed the client's connection. */
  readonly closed: boolean;
  /** The proxy closed the connection to the upstream that answered by script. */
  readonly upstreamClosed: boolean;
}

/** ms; when nothing moved for two of them, and the proxies answered between, they are done with what they were sent. */
const quietMs = 60;

/** A proxy under test with all that is around it; plays many inputs at once, each on a connection of its own. */
export class Rig implements AsyncDisposable {
  readonly #subjects: readonly Subject[];

  private constructor(subjects: readonly Subject[]) {
    this.#subjects = subjects;
  }

  static async start(engines: readonly Engine[]): Promise<Rig> {
    const subjects: Subject[] = [];
    for (const engine of engines) subjects.push(await Subject.start(engine));
    return new Rig(subjects);
  }

  /** False when one of the proxies died. */
  get alive(): boolean {
    return this.#subjects.every((subject) => subject.alive);
  }

  /** What the upstreams got that came from nobody, of each engine. */
  get strays(): readonly (readonly string[])[] {
    return this.#subjects.map((subject) => subject.recorder.strays);
  }

  /** What each engine made of each input: `observations[input][engine]`. */
  async play(inputs: readonly Input[], patience = 1): Promise<Observation[][]> {
    for (const subject of this.#subjects) {
      subject.recorder.reset();
      subject.newLogLines();
    }
    const runs = await Promise.all(
      this.#subjects.map((subject) => Promise.all(inputs.map((input, i) => subject.send(input, i)))),
    );
    const scripts = new Map<number, ResponseInput>();
    for (const [i, input] of inputs.entries()) if (input.kind === 'response') scripts.set(i, input);
    if (scripts.size > 0) {
      await this.#quiet(patience, () =>
        this.#subjects.every(({ script }) => script.askedCount === scripts.size),
      );
      for (const { script } of this.#subjects) script.answer(scripts);
    }
    await this.#quiet(patience, () => false);
    const ends = this.#subjects.map((subject, s) => ({
      closed: runs[s]!.map((run) => run.closed),
      upstreamClosed: new Set(subject.script.closed),
    }));
    for (const run of runs.flat()) run.socket.destroy();
    for (const { script } of this.#subjects) script.reset();
    const logs = this.#subjects.map(() => new Map<string, string[]>());
    let lines = 0;
    await this.#quiet(
      patience,
      () => false,
      () => {
        for (const [s, subject] of this.#subjects.entries()) {
          for (const line of subject.newLogLines()) {
            lines++;
            const space = line.indexOf(' ');
            const key = line.slice(0, space);
            const list = logs[s]!.get(key) ?? [];
            list.push(line.slice(space + 1));
            logs[s]!.set(key, list);
          }
        }
        return lines;
      },
    );
    return inputs.map((input, i) =>
      this.#subjects.map((subject, s) => {
        const run = runs[s]![i]!;
        return {
          log: logs[s]!.get(run.key) ?? [],
          upstream: subject.recorder.requests.get(run.key) ?? [],
          client: normalize(input, run),
          closed: ends[s]!.closed[i]!,
          upstreamClosed: ends[s]!.upstreamClosed.has(i),
        };
      }),
    );
  }

  /** Waits until nothing moves any more, or `done`. */
  async #quiet(patience: number, done: () => boolean, more: () => number = () => 0): Promise<void> {
    let before = -1;
    for (let still = 0; still < 2 && !done(); ) {
      const now = this.#subjects.reduce((sum, subject) => sum + subject.activity, more());
      still = now === before ? still + 1 : 0;
      before = now;
      await delay(quietMs * patience);
      await Promise.all(this.#subjects.map((subject) => subject.probe()));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const subject of this.#subjects) await subject[Symbol.asyncDispose]();
  }
}

const date = /\r\ndate: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT(?=\r\n)/g;

function normalize(input: Input, { received }: Run): string {
  if (input.kind === 'request') return received.replace(date, '');
  let text = '';
  for (let at = 0; at < received.length; ) {
    const interim = /^HTTP\/1\.1 1(?!01)\d\d /.test(received.slice(at, at + 13));
    const message = readMessage(received, at, interim || input.method === 'HEAD', true);
    if (message === undefined) return text + received.slice(at);
    const head = `${message.head}\r\n`.replace(date, '');
    text += `${head}\r\n${message.body}${message.trailers}${message.partial ? '(more)' : ''}`;
    at = message.end;
  }
  return text;
}
