import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { type Lab, labs, open, type UpOptions, up } from 'envoy-lab';
import { watchLeaks } from '../leaks.ts';

/** A user of the library with a home and labs of its own, as the tests need one. */
export class Household implements AsyncDisposable {
  readonly home: string;
  /** For names of labs that nobody else has. */
  readonly word: string;
  /** For every call of the library, so that it sees this user's labs and no others. */
  readonly env: Readonly<Record<string, string>>;
  readonly #leaks: ReturnType<typeof watchLeaks>;

  /** @param env what it is to see beside the usual; labs run on `process` unless it or `up` says otherwise */
  constructor(env: Readonly<Record<string, string>> = {}) {
    this.home = mkdtempSync(join(tmpdir(), 'envoy-lab-test-'));
    const state = join(this.home, 'state');
    this.word = this.home.slice(-6).toLowerCase();
    this.env = {
      HOME: this.home,
      XDG_STATE_HOME: state,
      ENVOY_LAB_RUNTIME: 'process',
      // A container engine is shared with other tests: only what this one made is seen and taken away.
      ENVOY_LAB_OWNER: basename(this.home),
      ...env,
    };
    this.#leaks = watchLeaks(state);
  }

  up(sandbox: string, options: UpOptions = {}): Promise<Lab> {
    return up(sandbox, { ...options, env: { ...this.env, ...options.env } });
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
  async assertClean(): Promise<void> {
    const left = await labs({ env: this.env });
    if (left.length > 0) throw new Error(`labs are left: ${left.map(({ lab }) => lab).join(', ')}`);
    await this.#leaks.assertClean();
  }

  /** Takes every lab away, whatever the test did. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const { lab } of await labs({ env: this.env })) {
      await (await open(lab, { env: this.env })).down();
    }
    rmSync(this.home, { recursive: true, force: true });
  }
}
