import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { RunningLab } from '../../../src/runtime/runtime.ts';
import { identity } from '../identity.ts';
import { container, idle, node } from '../specs.ts';
import { type Subject, without } from '../subject.ts';
import { run, startAll } from '../talk.ts';

/** Users of containers and commands: one that is asked for is had or refused, never ignored. */
export function userCases(subject: Subject): void {
  describe('users', () => {
    let lab: RunningLab;

    before(async () => {
      lab = await subject.runtime.create(identity('users'));
      const spec = node('box', [container('app', idle)]);
      await lab.create([spec]);
      await startAll(lab, [spec]);
    });
    after(async () => {
      await lab.remove();
      await subject.assertNothingLeft();
    });

    it('runs a command as the user it asks for, or refuses it by name', async () => {
      for (const user of ['0', '4321']) {
        const spoken = await run(lab, 'box-1', ['id', '-u'], { user }).catch((error: unknown) => error);
        if (spoken instanceof Error) {
          assert.equal((spoken as Error & { code?: string }).code, 'runtime');
          assert.match(spoken.message, new RegExp(`box-1 cannot run as ${user}: `));
        } else assert.equal((spoken as { stdout: string }).stdout, `${user}\n`);
      }
    });

    it('refuses users that do not exist', { skip: without(subject, 'users') }, async () => {
      await assert.rejects(lab.exec({ node: 'box-1', argv: ['id'], user: 'nosuchuser' }), {
        code: 'usage',
        message: /no user nosuchuser/,
      });
      const other = node('other', [container('app', idle, { user: 'nosuchuser' })]);
      await assert.rejects(lab.create([other]), { code: 'usage', message: /other-1\/app.*nosuchuser/ });
      const changed = node('box', [container('app', idle, { user: 'nosuchuser', hash: 'app-2' })]);
      await assert.rejects(lab.update([changed]), { code: 'usage', message: /box-1\/app.*nosuchuser/ });
      const { nodes } = await lab.observe();
      assert.deepEqual(
        nodes.map(({ spec }) => spec.name),
        ['box-1'],
      );
    });
  });
}
