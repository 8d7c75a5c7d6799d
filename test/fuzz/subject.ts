import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from '../conformance/http.ts';
import { type Engine, ProxyUnderTest } from '../conformance/proxy.ts';
import { bootstrap, scripted } from './config.ts';
import type { Input } from './input.ts';
import { RecordingUpstream } from './recording-upstream.ts';
import { ScriptedUpstream } from './scripted-upstream.ts';

/** A connection of one case. */
export interface Run {
  readonly socket: Socket;
  /** Client's and listener's port, as the access log names it. */
  key: string;
  received: string;
  /** The proxy ended the connection. */
  closed: boolean;
}

/** One of the two proxies, its upstreams and its access log. */
export class Subject implements AsyncDisposable {
  readonly recorder: RecordingUpstream;
  readonly script: ScriptedUpstream;
  readonly #proxy: ProxyUnderTest;
  readonly #folder: string;
  readonly #log: number;
  #bytes = 0;

  private constructor(
    proxy: ProxyUnderTest,
    recorder: RecordingUpstream,
    script: ScriptedUpstream,
    folder: string,
    log: number,
  ) {
    this.#proxy = proxy;
    this.recorder = recorder;
    this.script = script;
    this.#folder = folder;
    this.#log = log;
  }

  static async start(engine: Engine): Promise<Subject> {
    const folder = mkdtempSync(join(tmpdir(), 'envoy-lab-fuzz-'));
    const recorder = new RecordingUpstream();
    const script = new ScriptedUpstream();
    try {
      const log = join(folder, 'access.log');
      writeFileSync(log, '');
      const config = bootstrap(await recorder.start(), await script.start(), log);
      const proxy = await ProxyUnderTest.start(engine, config, folder);
      return new Subject(proxy, recorder, script, folder, openSync(log, 'r'));
    } catch (error) {
      await recorder[Symbol.asyncDispose]();
      await script[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** False when the proxy died. */
  get alive(): boolean {
    return this.#proxy.alive;
  }

  /** Grows with every byte and every end that any peer of the proxy sees. */
  get activity(): number {
    return this.recorder.activity + this.script.activity + this.#bytes;
  }

  /** Opens a connection for the input, and sends what its client sends; `index` names a response's script. */
  async send(input: Input, index: number): Promise<Run> {
    const port = this.#proxy.listeners.get(input.kind === 'request' ? input.variant : scripted)!;
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const run: Run = { socket, key: '', received: '', closed: false };
    socket.on('data', (data) => {
      this.#bytes += data.length;
      run.received += data.toString('latin1');
    });
    const ended = () => {
      this.#bytes++;
      run.closed = true;
    };
    socket.on('end', ended);
    socket.on('error', ended);
    await new Promise<void>((resolve) => socket.once('connect', resolve).once('close', () => resolve()));
    run.key = `${socket.localPort}-${port}`;
    const length = input.kind === 'response' && input.method === 'POST' ? 'content-length: 0\r\n' : '';
    socket.write(
      input.kind === 'request'
        ? input.bytes
        : `${input.method} /${index} HTTP/1.1\r\nhost: h\r\n${length}\r\n`,
    );
    return run;
  }

  /** An answer of the proxy's own: it has looked at what came before. */
  async probe(): Promise<void> {
    await request(this.#proxy.admin, 'GET', '/ready').catch(() => undefined);
  }

  /** What the access log got since the last time, whole lines: `KEY CODE FLAGS DETAILS` each. */
  newLogLines(): string[] {
    const buffer = Buffer.alloc(65_536);
    for (let count = 1; count > 0; ) {
      count = readSync(this.#log, buffer);
      this.#logText += buffer.toString('latin1', 0, count);
    }
    const lines = this.#logText.split('\n');
    this.#logText = lines.pop()!;
    return lines;
  }

  #logText = '';

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#proxy[Symbol.asyncDispose]();
    await this.recorder[Symbol.asyncDispose]();
    await this.script[Symbol.asyncDispose]();
    closeSync(this.#log);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
