import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { ContainerState } from '../runtime/runtime.ts';
import type { LabContext } from './context.ts';
import { Lab } from './lab.ts';
import { FakeLab } from './runtime.fake.ts';
import { container, lab, node, observed } from './specs.fake.ts';

/** A lab whose runtime takes its time, and writes down when it is done. */
class SlowLab extends FakeLab {
  override async stop(name: string): Promise<void> {
    await turn();
    await super.stop(name);
  }
  override async start(name: string, containers?: readonly string[]): Promise<void> {
    await turn();
    await super.start(name, containers);
  }
  override async pause(name: string): Promise<void> {
    await turn();
    await super.pause(name);
  }
  override async unpause(name: string): Promise<void> {
    await turn();
    await super.unpause(name);
  }
  override async kill(name: string): Promise<void> {
    await turn();
    await super.kill(name);
  }
  override async create(nodes: Parameters<FakeLab['create']>[0]): Promise<void> {
    await turn();
    await super.create(nodes);
  }
}

const spec = lab(node('web', [container('app')]));

/** A lab that is open, and what its runtime was asked while its lock was held and after. */
async function opened(state: ContainerState): Promise<{ readonly lab: Lab; readonly calls: string[] }> {
  const running = new SlowLab(
    {},
    observed(spec, () => ({ state })),
  );
  const { calls } = running;
  const lock = async () => {
    calls.push('lock');
    return {
      [Symbol.asyncDispose]: async () => {
        // Long enough for a failure that nobody waits for to be noticed.
        await turn();
        calls.push('unlock');
      },
    };
  };
  const runtime = { name: 'fake', list: async () => ['demo'], open: async () => running };
  const context = {
    runtimes: [{ name: 'fake', load: async () => runtime }],
    store: () => ({ read: () => undefined, list: () => [], lock }),
    emit: () => undefined,
    signal: new AbortController().signal,
    command: 'test',
  } as unknown as LabContext;
  return { lab: await Lab.open(context, 'demo'), calls };
}

describe('what changes a lab', () => {
  const changes: readonly [string, ContainerState, (lab: Lab) => Promise<unknown>, readonly string[]][] = [
    ['stop', 'ready', (found) => found.stop(['web']), ['stop web-1']],
    ['start', 'stopped', (found) => found.start(['web'], 1000), ['start web-1 app']],
    ['pause', 'ready', (found) => found.pause(['web']), ['pause web-1']],
    ['unpause', 'paused', (found) => found.unpause(['web']), ['unpause web-1']],
    ['kill', 'ready', (found) => found.kill('web', 'app', 'SIGKILL'), ['kill web-1']],
    [
      'scale',
      'ready',
      (found) => found.scale(new Map([['web', 2]]), 1000),
      ['create web-2', 'start web-2 app'],
    ],
  ];
  for (const [what, state, change, done] of changes) {
    it(`${what} holds the lab's lock until it is done`, async () => {
      const { lab: found, calls } = await opened(state);
      await change(found);
      assert.deepEqual(calls, ['lock', ...done, 'unlock']);
    });
  }

  it('gives the lock back when it fails, and fails nowhere but to its caller', async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown) => unhandled.push(error);
    process.on('unhandledRejection', note);
    try {
      const { lab: found, calls } = await opened('ready');
      await assert.rejects(found.stop(['wbe']), { code: 'usage', hint: 'did you mean "web"?' });
      await assert.rejects(found.kill('web', 'ap', 'SIGKILL'), {
        code: 'usage',
        hint: 'did you mean "app"?',
      });
      assert.deepEqual(calls, ['lock', 'unlock', 'lock', 'unlock']);
    } finally {
      process.off('unhandledRejection', note);
    }
    assert.deepEqual(unhandled, []);
  });
});
