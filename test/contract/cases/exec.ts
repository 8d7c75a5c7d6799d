import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import type { RunningLab } from '../../../src/runtime/runtime.ts';
import { identity } from '../identity.ts';
import { container, idle, node } from '../specs.ts';
import { type Subject, without } from '../subject.ts';
import { run, startAll, text } from '../talk.ts';

/** Commands in running nodes. */
export function execCases(subject: Subject): void {
  describe('exec', () => {
    let lab: RunningLab;

    before(async () => {
      lab = await subject.runtime.create(identity('exec'));
      const first = container('first', idle, { env: { COLOUR: 'green', SHAPE: 'round' }, workdir: '/usr' });
      const spec = node('box', [first, container('second', idle)]);
      await lab.create([spec]);
      await startAll(lab, [spec]);
    });
    after(async () => {
      await lab.remove();
      await subject.assertNothingLeft();
    });

    it('passes output, errors and the exit code on', async () => {
      const spoken = await run(lab, 'box-1', ['sh', '-c', 'echo out; echo err >&2; exit 7']);
      assert.deepEqual(spoken, { code: 7, stdout: 'out\n', stderr: 'err\n' });
    });

    it('passes arguments on letter by letter', async () => {
      const odd = ['', 'a b', "it's", '"$HOME"', '*', '\\', 'ä\n', '--', '-e'];
      const { stdout } = await run(lab, 'box-1', ['sh', '-c', 'printf "<%s>" "$@"', 'sh', ...odd]);
      assert.equal(stdout, odd.map((word) => `<${word}>`).join(''));
    });

    it('takes megabytes in and out without loss', async () => {
      const data = randomBytes(6 * 1024 * 1024);
      await using session = await lab.exec({ node: 'box-1', argv: ['cat'] });
      const hash = createHash('sha256');
      session.stdin.end(data);
      let length = 0;
      for await (const chunk of session.stdout) {
        hash.update(chunk);
        length += chunk.length;
      }
      assert.equal(await session.exitCode, 0);
      assert.equal(length, data.length);
      assert.equal(hash.digest('hex'), createHash('sha256').update(data).digest('hex'));
    });

    it('loses nothing of a command that ends right after writing', async () => {
      const { stdout } = await run(lab, 'box-1', ['sh', '-c', 'head -c 3000000 /dev/zero']);
      assert.equal(stdout.length, 3_000_000);
    });

    it('waits for a reader that takes its time', async () => {
      const size = 1_000_000;
      await using session = await lab.exec({
        node: 'box-1',
        argv: ['sh', '-c', `head -c ${size} /dev/zero`],
      });
      // Longer than the runtime waits for a pipe that something left behind holds open.
      await new Promise((resolve) => setTimeout(resolve, 1500));
      assert.equal((await text(session.stdout)).length, size);
      assert.equal(await session.exitCode, 0);
    });

    const waits = { skip: without(subject, 'background-output') };
    it('leaves what a command started in the background alone, and does not wait for it', waits, async () => {
      const { stdout, code } = await run(lab, 'box-1', ['sh', '-c', 'sleep 3456 & echo $!']);
      assert.equal(code, 0);
      const alive = await run(lab, 'box-1', [
        'sh',
        '-c',
        `kill -0 ${stdout.trim()} && kill ${stdout.trim()}`,
      ]);
      assert.equal(alive.code, 0);
    });

    it('has the codes of a shell for what cannot be run', async () => {
      const missing = await run(lab, 'box-1', ['nosuchcommand']);
      assert.equal(missing.code, 127);
      assert.match(missing.stderr, /nosuchcommand/);
      assert.equal((await run(lab, 'box-1', ['/etc/passwd'])).code, 126);
      assert.equal((await run(lab, 'box-1', ['sh', '-c', 'kill -TERM $$'])).code, 143);
    });

    it('says which folder is not there to work in', async () => {
      const nowhere = await run(lab, 'box-1', ['id'], { workdir: '/no such' });
      assert.deepEqual(nowhere, {
        code: 126,
        stdout: '',
        stderr: 'cannot work in /no such of box-1: no such folder\n',
      });
      const file = await run(lab, 'box-1', ['id'], { workdir: '/etc/passwd' });
      assert.equal(file.code, 126);
      assert.match(file.stderr, /^cannot work in \/etc\/passwd of box-1: not a folder\n$/);
    });

    it("has the container's environment, working directory and nothing of the host's", async () => {
      const { stdout } = await run(lab, 'box-1', ['sh', '-c', 'pwd; env'], {
        env: { COLOUR: 'red', EXTRA: '1' },
      });
      const [directory, ...variables] = stdout.trim().split('\n');
      assert.equal(directory, '/usr');
      const env = Object.fromEntries(variables.map((line) => line.split(/=(.*)/s)));
      assert.equal(env.COLOUR, 'red');
      assert.equal(env.SHAPE, 'round');
      assert.equal(env.EXTRA, '1');
      assert.equal(env.HOSTNAME, 'box-1');
      assert.ok(env.PATH && env.HOME);
      const known =
        /^(PATH|HOME|HOSTNAME|COLOUR|SHAPE|EXTRA|PWD|OLDPWD|SHLVL|_|TMPDIR|NODE_OPTIONS|ENVOY_LAB_\w+)$/;
      assert.deepEqual(
        Object.keys(env).filter((name) => !known.test(name) && !subject.engineEnv.includes(name)),
        [],
      );
    });

    it('takes another container, another directory', async () => {
      const { stdout } = await run(lab, 'box-1', ['sh', '-c', 'echo "<$COLOUR>"; pwd'], {
        container: 'second',
        workdir: '/usr/bin',
      });
      assert.equal(stdout, '<>\n/usr/bin\n');
    });

    it('has pipes that can be opened again by name', async () => {
      const { stdout, code } = await run(
        lab,
        'box-1',
        ['sh', '-c', 'cat /dev/stdin > /dev/stdout; echo e > /dev/stderr'],
        {
          input: 'through',
        },
      );
      assert.deepEqual([stdout, code], ['through', 0]);
    });

    it('kills the command when the session is disposed', async () => {
      const session = await lab.exec({ node: 'box-1', argv: ['sh', '-c', 'echo $$; exec sleep 4242'] });
      for await (const chunk of session.stdout) {
        assert.match(String(chunk), /^\d+\n$/);
        break;
      }
      await session[Symbol.asyncDispose]();
      const count = async () =>
        (
          await run(lab, 'box-1', ['sh', '-c', 'grep -lsz "^424[2]$" /proc/[0-9]*/cmdline | wc -l'])
        ).stdout.trim();
      const deadline = Date.now() + 5000;
      while (Number(await count()) > 0 && Date.now() < deadline);
      assert.ok(Number(await count()) === 0);
    });

    it('runs many at once', async () => {
      const codes = await Promise.all(
        Array.from({ length: 12 }, (_, index) => run(lab, 'box-1', ['sh', '-c', `exit ${index}`])),
      );
      assert.deepEqual(
        codes.map(({ code }) => code),
        Array.from({ length: 12 }, (_, index) => index),
      );
    });

    it('gives a terminal of the asked size, which can change', { timeout: 20_000 }, async () => {
      const argv = [
        'sh',
        '-c',
        'stty size; echo go; while [ "$(stty size)" != "40 120" ]; do sleep 0.05; done; stty size; exit 5',
      ];
      await using session = await lab.exec({ node: 'box-1', argv, tty: { columns: 91, rows: 33 } });
      let said = '';
      for await (const chunk of session.stdout) {
        said += chunk;
        if (said.includes('go')) session.resize(120, 40);
        if (said.includes('40 120')) break;
      }
      assert.match(said, /33 91\r\n/);
      assert.match(said, /40 120\r\n/);
      assert.equal(await session.exitCode, 5);
      assert.equal(await text(session.stderr), '');
    });

    it('echoes and edits on a terminal as terminals do', { timeout: 20_000 }, async () => {
      await using session = await lab.exec({ node: 'box-1', argv: ['cat'], tty: { columns: 80, rows: 24 } });
      session.stdin.write('hello\n');
      let said = '';
      for await (const chunk of session.stdout) {
        said += chunk;
        // Once by the terminal, once by cat.
        if ((said.match(/hello/g)?.length ?? 0) === 2) break;
      }
      session.stdin.write('\x04');
      assert.equal(await session.exitCode, 0);
    });

    it('is refused where nothing runs', async () => {
      await lab.create([node('empty', [container('app', idle)])]);
      await assert.rejects(lab.exec({ node: 'empty-1', argv: ['true'] }), {
        code: 'runtime',
        message: /no running/,
      });
    });
  });
}
