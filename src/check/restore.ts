import { LabError } from '../error.ts';
import type { CheckTarget } from './target.ts';

/** How long putting things back may take, ms. */
const LIMIT_MS = 60_000;

/** Remembers how things were before a check touched them, and puts them back. */
export class Restorer {
  readonly #target: CheckTarget;
  /** Number of replicas, by node. */
  readonly #scaled = new Map<string, number>();
  /** Whether it ran, by replica. */
  readonly #touched = new Map<string, boolean>();

  constructor(target: CheckTarget) {
    this.#target = target;
  }

  /** To be called before a node is scaled. */
  async beforeScale(node: string): Promise<void> {
    if (this.#scaled.has(node)) return;
    this.#scaled.set(node, (await this.#target.replicas(node)).length);
  }

  /** To be called before a node, or a replica, is stopped, started or killed. */
  async beforeTouch(node: string): Promise<void> {
    for (const replica of await this.#target.replicas(node)) {
      if (this.#touched.has(replica)) continue;
      this.#touched.set(replica, await this.#target.running(replica));
    }
  }

  /**
   * Puts everything back and waits until it is ready. Nothing stops it but its own time limit: a check that was
   * interrupted leaves the lab as it found it, too.
   *
   * @returns what could not be put back, as sentences
   */
  async restore(): Promise<string[]> {
    const failures: string[] = [];
    const signal = AbortSignal.timeout(LIMIT_MS);
    const attempt = async (what: string, work: () => Promise<void>): Promise<void> => {
      try {
        await work();
      } catch (error) {
        failures.push(`${what}: ${error instanceof LabError ? error.message : String(error)}`);
      }
    };
    for (const [node, count] of this.#scaled) {
      await attempt(`could not scale ${node} back to ${count}`, async () => {
        const replicas = await this.#target.replicas(node);
        if (replicas.length !== count) await this.#target.scale({ [node]: count }, signal);
      });
    }
    const started: string[] = [];
    for (const [replica, ran] of this.#touched) {
      await attempt(`could not ${ran ? 'start' : 'stop'} ${replica} again`, async () => {
        if (!(await this.#exists(replica)) || (await this.#target.running(replica)) === ran) return;
        if (ran) {
          await this.#target.start(replica, signal);
          started.push(replica);
        } else await this.#target.stop(replica, signal);
      });
    }
    if (started.length > 0) {
      await attempt(`${started.join(', ')} did not get ready again`, () =>
        this.#target.waitReady(started, signal),
      );
    }
    return failures;
  }

  /** A replica that came with a scale is gone with it. */
  async #exists(replica: string): Promise<boolean> {
    const node = replica.replace(/-\d+$/, '');
    return (await this.#target.replicas(node)).includes(replica);
  }
}
