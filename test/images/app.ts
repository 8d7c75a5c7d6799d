import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** An app of `images/` as a process of its own, without a lab. */
export class App implements AsyncDisposable {
  readonly child: ChildProcess;
  /** Its exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>;
  #printed = '';
  #closed = false;
  readonly #listeners = new Set<() => void>();

  /** @param file below `images/` */
  constructor(file: string, env: Readonly<Record<string, string>> = {}, args: readonly string[] = []) {
    const path = fileURLToPath(new URL(`../../images/${file}`, import.meta.url));
    this.child = spawn(process.execPath, [path, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      stream.on('data', (chunk: Buffer) => {
        this.#printed += chunk;
        this.#tell();
      });
    }
    this.ended = once(this.child, 'close').then(([code]) => {
      this.#closed = true;
      this.#tell();
      return code as number | null;
    });
  }

  /** Runs a program of `images/` to its end. */
  static async run(
    file: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<{ readonly code: number | null; readonly printed: string }> {
    await using app = new App(file, env, args);
    const code = await app.ended;
    return { code, printed: app.printed };
  }

  /** What it printed, to stdout and stderr. */
  get printed(): string {
    return this.#printed;
  }

  /** The first match in what it printed, soon or now; rejects when it ends without. */
  prints(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const match = pattern.exec(this.#printed);
        if (match === null && !this.#closed) return;
        this.#listeners.delete(look);
        if (match === null) reject(new Error(`ended without printing ${pattern}:\n${this.#printed}`));
        else resolve(match);
      };
      this.#listeners.add(look);
      look();
    });
  }

  /** The port it says it listens on. */
  async port(): Promise<number> {
    return Number((await this.prints(/ listens on (\d+)\n/))[1]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#closed) this.child.kill('SIGKILL');
    await this.ended;
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
