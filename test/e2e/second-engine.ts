import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface SecondEngineOptions {
  /** Further flags of dockerd. */
  readonly flags?: readonly string[];
  /** Room for images and containers, such as `40m`; undefined: that of the disk. */
  readonly disk?: string;
}

/** ms for an engine to answer, or to end. */
const patience = 30_000;

/**
 * A Docker engine of a test's own, to be mistreated: with its own folders, socket, mounts and network, so that the
 * machine's engine and its firewall know nothing of it. Needs root.
 */
export class SecondEngine implements AsyncDisposable {
  readonly url: string;
  readonly #folder: string;
  readonly #options: SecondEngineOptions;
  #daemon: ChildProcess | undefined;

  private constructor(options: SecondEngineOptions) {
    this.#options = options;
    this.#folder = mkdtempSync(join(tmpdir(), 'envoy-lab-engine-'));
    this.url = `unix://${join(this.#folder, 'docker.sock')}`;
  }

  static async start(options: SecondEngineOptions = {}): Promise<SecondEngine> {
    const engine = new SecondEngine(options);
    await engine.start();
    return engine;
  }

  /** Starts it again after {@link stop}, with what it had. */
  async start(): Promise<void> {
    const at = (name: string) => join(this.#folder, name);
    const { flags = [], disk } = this.#options;
    mkdirSync(at('data'), { recursive: true });
    const words = [
      'dockerd',
      ...['--data-root', at('data'), '--exec-root', at('exec'), '--pidfile', at('pid'), '-H', this.url],
      ...['--containerd-namespace', 'second', '--bridge', 'none', '--shutdown-timeout', '1', ...flags],
    ];
    const mount = disk === undefined ? '' : `mount -t tmpfs -o size=${disk} tmpfs '${at('data')}' && `;
    // Its own /run: containerd's plug-ins and network namespaces are kept there under fixed names.
    const script = `mount --make-rprivate / && mount -t tmpfs tmpfs /run && ${mount}ip link set lo up && exec "$@"`;
    this.#daemon = spawn('unshare', ['--mount', '--net', 'sh', '-c', script, 'sh', ...words], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    this.#daemon.stderr!.on('data', (chunk: Buffer) => (said += chunk));
    this.#daemon.stdout!.resume();
    const deadline = Date.now() + patience;
    while (!existsSync(at('docker.sock')) || !(await answers(at('docker.sock')))) {
      if (this.#daemon.exitCode !== null || Date.now() > deadline) {
        await this[Symbol.asyncDispose]();
        throw new Error(`the second engine does not start:\n${said.slice(-2000)}`);
      }
      await delay(50);
    }
  }

  /** Ends the engine and its containers, as a machine that is shut down does. */
  async stop(): Promise<void> {
    const daemon = this.#daemon;
    this.#daemon = undefined;
    if (daemon === undefined || daemon.exitCode !== null || daemon.signalCode !== null) return;
    const ended = once(daemon, 'exit');
    daemon.kill('SIGTERM');
    const kill = setTimeout(() => daemon.kill('SIGKILL'), patience);
    await ended;
    clearTimeout(kill);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    endRest(this.#folder);
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

async function answers(socketPath: string): Promise<boolean> {
  const { request } = await import('node:http');
  return new Promise((resolve) => {
    const call = request({ socketPath, path: '/_ping', agent: false, timeout: 1000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    call.on('error', () => resolve(false));
    call.on('timeout', () => call.destroy());
    call.end();
  });
}

/** The engine's containerd, where the engine had to be killed. */
function endRest(folder: string): void {
  const file = join(folder, 'exec', 'containerd', 'containerd.pid');
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8'));
  try {
    if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder)) process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}
