import { type ChildProcess, spawn } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { watchLeaks } from '../leaks.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** What Node runs for `envoy-lab`. */
export const program = join(root, 'bin', 'envoy-lab.js');

/** How a command ended. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Outcome>;
  /** Resolves when what it printed (stdout and stderr) matches; rejects when it ends before. */
  printed(pattern: RegExp): Promise<void>;
}

/** The built command line with a state folder of its own, as a user on a fresh machine has it. */
export class CommandLine implements AsyncDisposable {
  /** Everything this machine's user writes is below it. */
  readonly home: string;
  readonly stateHome: string;
  /** What its commands see of the environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly #leaks: ReturnType<typeof watchLeaks>;
  readonly #user: number | undefined;

  /**
   * @param env what it is to see beside the usual; labs run on `process` unless it says otherwise
   * @param user whose it is, by number; only root may say so
   */
  constructor(env: Readonly<Record<string, string>> = {}, user?: number) {
    this.home = mkdtempSync(join(tmpdir(), 'envoy-lab-test-'));
    this.#user = user;
    if (user !== undefined) chownSync(this.home, user, user);
    this.stateHome = join(this.home, 'state');
    this.env = {
      PATH: process.env.PATH ?? '',
      HOME: this.home,
      XDG_STATE_HOME: this.stateHome,
      ENVOY_LAB_RUNTIME: 'process',
      // A container engine is shared with other tests: only what this one made is seen and taken away.
      ENVOY_LAB_OWNER: basename(this.home),
      ...env,
    };
    this.#leaks = watchLeaks(this.stateHome);
  }

  /** Starts `envoy-lab` with these words. */
  start(words: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
    const child = spawn(process.execPath, [program, ...words], {
      cwd: this.home,
      env: { ...this.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(this.#user !== undefined && { uid: this.#user, gid: this.#user }),
    });
    let stdout = '';
    let stderr = '';
    const listeners = new Set<() => void>();
    const note = () => {
      for (const listener of [...listeners]) listener();
    };
    child.stdout!.on('data', (chunk: Buffer) => {
      stdout += chunk;
      note();
    });
    child.stderr!.on('data', (chunk: Buffer) => {
      stderr += chunk;
      note();
    });
    const ended = new Promise<Outcome>((resolve) => {
      child.on('close', (code, signal) =>
        resolve({ code: signal === null ? (code ?? -1) : -1, stdout, stderr }),
      );
    });
    const printed = (pattern: RegExp) =>
      new Promise<void>((resolve, reject) => {
        const look = () => {
          if (!pattern.test(stdout + stderr)) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        look();
        void ended.then(() => reject(new Error(`ended without printing ${pattern}:\n${stdout}${stderr}`)));
      });
    return { child, ended, printed };
  }

  /** Runs `envoy-lab` with these words to its end. */
  run(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
    return this.start(words, env).ended;
  }

  /** The same for a command that has to succeed; what it printed to stdout. */
  async ok(...words: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(words);
    if (code !== 0) throw new Error(`envoy-lab ${words.join(' ')} ended with ${code}:\n${stderr}${stdout}`);
    return stdout;
  }

  async json<T>(...words: readonly string[]): Promise<T> {
    return JSON.parse(await this.ok(...words, '--json')) as T;
  }

  /** Writes a sandbox; the path of its folder. */
  sandbox(name: string, files: Readonly<Record<string, string>>): string {
    const folder = join(this.home, 'sandboxes', name);
    for (const [file, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), content);
    }
    return folder;
  }

  /** Fails when a lab left anything on the machine. */
  assertClean(): Promise<void> {
    return this.#leaks.assertClean();
  }

  /** Takes every lab away, whatever the test did. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.run(['down', '--all', '--quiet']);
    rmSync(this.home, { recursive: true, force: true });
  }
}
