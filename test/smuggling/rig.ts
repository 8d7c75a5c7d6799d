import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { request } from '../conformance/http.ts';
import { FrameView } from '../conformance/http2/view.ts';
import { type Engine, ProxyUnderTest } from '../conformance/proxy.ts';
import { bootstrap } from './config.ts';
import type { Sequence } from './sequence.ts';
import { SmugglingUpstream } from './upstream.ts';

/** What came of the bytes of one connection. */
export interface Verdict {
  /** All the client got, without dates; HTTP/2 as {@link FrameView} shows it. */
  readonly received: string;
  /** The proxy ended the connection. */
  readonly closed: boolean;
  /** Whole requests that reached the upstream. */
  readonly requests: readonly string[];
  /** `METHOD TARGET HOST` of requests of which the upstream saw the beginning alone. */
  readonly partial: readonly string[];
}

/** A sequence, and where it is cut in two; 0: nowhere. */
export interface Play {
  readonly sequence: Sequence;
  readonly cut: number;
}

interface Run {
  readonly socket: Socket;
  readonly key: string;
  readonly received: Buffer[];
  closed: boolean;
}

/** ms: when nothing moved for two of them, and the proxy answered between, it is done with what it was sent. */
const quietMs = 40;

/** A whole proxy before a real upstream. */
export class Rig implements AsyncDisposable {
  readonly #proxy: ProxyUnderTest;
  readonly #upstream: SmugglingUpstream;
  readonly #folder: string;
  #bytes = 0;

  private constructor(proxy: ProxyUnderTest, upstream: SmugglingUpstream, folder: string) {
    this.#proxy = proxy;
    this.#upstream = upstream;
    this.#folder = folder;
  }

  static async start(engine: Engine): Promise<Rig> {
    const folder = mkdtempSync(join(tmpdir(), 'envoy-lab-smuggling-'));
    const upstream = new SmugglingUpstream();
    try {
      const port = await upstream.start();
      return new Rig(await ProxyUnderTest.start(engine, bootstrap(port), folder), upstream, folder);
    } catch (error) {
      await upstream[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  get alive(): boolean {
    return this.#proxy.alive;
  }

  /** What the upstream got since the last play that is no request, or nobody's. */
  get strays(): readonly string[] {
    return this.#upstream.strays;
  }

  /** Plays all side by side, each on a connection of its own; `patience`: how many times longer to wait. */
  async play(plays: readonly Play[], patience = 1): Promise<Verdict[]> {
    this.#upstream.reset();
    const runs = await Promise.all(plays.map(({ sequence }) => this.#open(sequence)));
    const pieces = plays.map(({ sequence: { bytes }, cut }) => [bytes.slice(0, cut), bytes.slice(cut)]);
    for (const [i, run] of runs.entries()) if (pieces[i]![0]) run.socket.write(pieces[i]![0]!, 'latin1');
    await this.#probe();
    await this.#probe();
    for (const [i, run] of runs.entries()) if (!run.closed) run.socket.write(pieces[i]![1]!, 'latin1');
    await this.#quiet(patience);
    const closed = runs.map((run) => run.closed);
    for (const run of runs) run.socket.destroy();
    await this.#quiet(patience);
    return runs.map((run, i) => {
      const { requests = [], partial = [] } = this.#upstream.seen.get(run.key) ?? {};
      const received = view(plays[i]!.sequence, Buffer.concat(run.received));
      return { received, closed: closed[i]!, requests, partial };
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#proxy[Symbol.asyncDispose]();
    await this.#upstream[Symbol.asyncDispose]();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #open({ listener }: Sequence): Promise<Run> {
    const port = this.#proxy.listeners.get(listener)!;
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    const run: Run = { socket, key: `${socket.localPort}-${port}`, received: [], closed: false };
    socket.on('data', (data) => {
      this.#bytes += data.length;
      run.received.push(data);
    });
    const ended = () => {
      this.#bytes++;
      run.closed = true;
    };
    socket.on('end', ended);
    socket.on('error', ended);
    return run;
  }

  /** An answer of the proxy's own: it has looked at what came before. */
  async #probe(): Promise<void> {
    await request(this.#proxy.admin, 'GET', '/ready').catch(() => undefined);
  }

  async #quiet(patience: number): Promise<void> {
    let before = -1;
    for (let still = 0; still < 2; ) {
      const now = this.#bytes + this.#upstream.activity;
      still = now === before ? still + 1 : 0;
      before = now;
      await delay(quietMs * patience);
      await this.#probe();
    }
  }
}

const date = /(\r?\ndate: )\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT/g;

/** HTTP/2 without SETTINGS and WINDOW_UPDATE: their order depends on when bytes come. */
function view({ listener }: Sequence, bytes: Buffer): string {
  if (listener !== 'http2') return bytes.toString('latin1').replace(date, '$1');
  const frames = new FrameView();
  frames.add(bytes);
  const shown = frames.toString().replace(date, '$1');
  return shown.replace(/^(SETTINGS|WINDOW_UPDATE).*\n/gm, '');
}
