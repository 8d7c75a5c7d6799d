import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import type { ObservedLab, RuntimeEvent } from '../runtime/runtime.ts';
import { untilGone } from './open.ts';
import { FakeLab } from './runtime.fake.ts';
import { container, lab, node, observed } from './specs.fake.ts';

const present = observed(lab(node('web', [container('app')])));

/** A lab whose watches go as they are told, one after the other. */
class WatchedLab extends FakeLab {
  watches = 0;
  readonly #scripts: readonly (readonly RuntimeEvent[])[];
  readonly #runs: () => boolean;

  constructor(scripts: readonly (readonly RuntimeEvent[])[], runs: (watches: number) => boolean) {
    super({}, present);
    this.#scripts = scripts;
    this.#runs = () => runs(this.watches);
  }

  override async *watch(): AsyncIterable<RuntimeEvent> {
    yield* this.#scripts[this.watches++] ?? [];
  }

  override async observe(): Promise<ObservedLab> {
    if (!this.#runs()) throw new Error('no such lab');
    return super.observe();
  }
}

describe('untilGone', { timeout: 10_000 }, () => {
  const { signal } = new AbortController();

  it('ends with the event that says so', async () => {
    const event = { kind: 'lab', state: 'removed', time: 0 } as const;
    await untilGone(new WatchedLab([[event]], () => true), signal);
  });

  it('ends when the watch breaks off and the lab does not answer', async () => {
    const gone = new WatchedLab([[]], () => false);
    await untilGone(gone, signal);
    assert.equal(gone.watches, 1);
  });

  it('goes on when only the watch broke off', async () => {
    const still = new WatchedLab([[], []], (watches) => watches < 2);
    await untilGone(still, signal);
    assert.equal(still.watches, 2);
  });

  it('ends at Ctrl-C', async () => {
    const abort = new AbortController();
    const ended = untilGone(new FakeLab({}, present), abort.signal);
    abort.abort();
    await ended;
  });
});

it('loads http-proxy only when pages are opened', () => {
  const url = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
  const script = `
    import { createRequire } from 'node:module';
    const { cache } = createRequire(${url('.')});
    const loaded = () => Object.keys(cache).some((file) => /node_modules.http-proxy/.test(file));
    await Promise.all([import(${url('./lab.ts')}), import(${url('../cli/main.ts')})]);
    const before = loaded();
    await import(${url('../gateway/gateway.ts')});
    console.log(before, loaded());`;
  const words = ['--import', 'tsx', '--input-type=module', '-e', script];
  const { stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  assert.equal(stdout, 'false true\n', stderr);
});
