import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type Docker from 'dockerode';
import { untilContainerEnds } from './container-end.ts';

type State = { readonly Running: boolean; readonly StartedAt: string } | Error;

/** A container that is found in these states, in the last of them from then on. */
function container(
  ...states: readonly State[]
): Pick<Docker.Container, 'inspect'> & { readonly looks: number } {
  let looks = 0;
  return {
    get looks() {
      return looks;
    },
    inspect: async () => {
      const state = states[Math.min(looks++, states.length - 1)]!;
      if (state instanceof Error) throw state;
      return { State: state } as Docker.ContainerInspectInfo;
    },
  };
}

const runs = { Running: true, StartedAt: '1' };
const status = (statusCode: number) => Object.assign(new Error('no'), { statusCode });
// The waiting is for a process that stays for another reason.
const staying = setInterval(() => {}, 1000);

describe('the end of the container of a command', { timeout: 30_000 }, () => {
  it('is seen when it runs no more, was started anew, or is gone', async () => {
    for (const last of [{ Running: false, StartedAt: '1' }, { Running: true, StartedAt: '2' }, status(404)]) {
      const seen = container(runs, status(500), runs, last);
      await untilContainerEnds(seen, () => false, 1);
      assert.equal(seen.looks, 4);
    }
  });

  it('is not looked for when nobody waits any more', async () => {
    const seen = container(runs);
    let ended = false;
    const over = () => seen.looks === 2;
    void untilContainerEnds(seen, over, 1).then(() => {
      ended = true;
    });
    while (seen.looks < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual([ended, seen.looks], [false, 2]);
    clearInterval(staying);
  });
});
