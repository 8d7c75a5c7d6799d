import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { execIn } from '../../src/runtime/docker/exec.ts';
import { label } from '../../src/runtime/docker/labels.ts';
import type { ExecRequest } from '../../src/runtime/runtime.ts';
import { text } from '../contract/talk.ts';
import { onEngines } from './engines.ts';

await onEngines('exec', (engine) => {
  let id: string;
  const open = (argv: readonly string[], rest: Partial<ExecRequest> = {}) =>
    execIn(engine.docker, id, { argv, ...rest });
  const run = async (
    argv: readonly string[],
    rest: Partial<ExecRequest> & { input?: string | Buffer } = {},
  ) => {
    await using session = await open(argv, rest);
    session.stdin.end(rest.input ?? '');
    const [stdout, stderr, code] = await Promise.all([
      text(session.stdout),
      text(session.stderr),
      session.exitCode,
    ]);
    return { code, stdout, stderr };
  };
  /** Processes of the container whose command line has a word. */
  const processes = async (word: string) => {
    const { stdout } = await run([
      'sh',
      '-c',
      `cd /proc; for p in [0-9]*; do tr '\\0' ' ' < $p/cmdline; echo; done`,
    ]);
    return stdout.split('\n').filter((line) => line.includes(word) && !line.includes('/proc'));
  };
  const until = async (done: () => Promise<boolean>) => {
    const deadline = Date.now() + 10_000;
    while (!(await done())) {
      if (Date.now() > deadline) throw new Error('it does not come to that');
      await delay(20);
    }
  };

  before(async () => {
    ({ id } = await engine.run({
      Env: ['COLOUR=green'],
      WorkingDir: '/usr',
      Labels: { [label.node]: 'box-1' },
    }));
  });
  after(() => engine.dispose());

  it('keeps both streams, environment, folder and code apart', async () => {
    const code = 'echo $COLOUR; pwd; echo err >&2; exit 7';
    assert.deepEqual(await run(['sh', '-c', code]), { code: 7, stdout: 'green\n/usr\n', stderr: 'err\n' });
    const other = await run(['sh', '-c', code], { env: { COLOUR: 'red ü' }, workdir: '/tmp' });
    assert.deepEqual(other, { code: 7, stdout: 'red ü\n/tmp\n', stderr: 'err\n' });
    assert.equal((await run(['sh', '-c', 'kill -TERM $$'])).code, 143);
  });

  it('ends the input of the command when the input ends', async () => {
    assert.deepEqual(await run(['sh', '-c', 'cat; echo end'], { input: 'a\0\xff' }), {
      code: 0,
      stdout: 'a\0\xffend\n',
      stderr: '',
    });
  });

  it('takes megabytes both ways, letter by letter, at the pace of a slow reader', async () => {
    const data = randomBytes(6 * 1024 * 1024);
    await using session = await open(['cat']);
    session.stdin.end(data);
    const hash = createHash('sha256');
    for await (const chunk of session.stdout) hash.update(chunk);
    assert.equal(await session.exitCode, 0);
    assert.equal(hash.digest('hex'), createHash('sha256').update(data).digest('hex'));
  });

  it('loses nothing of a command that has ended before its reader comes', { timeout: 60_000 }, async () => {
    // Around what sockets and pipes on the way hold: then the command ends while much is still in them.
    const sizes = [200_000, 300_000, 350_000, 400_000, 450_000, 500_000, 600_000];
    const read = await Promise.all(
      sizes.map(async (size) => {
        await using session = await open(['sh', '-c', `head -c ${size} /dev/zero`]);
        // Longer than the engine waits for whoever reads what a command wrote that has ended.
        await delay(4000);
        return (await text(session.stdout)).length;
      }),
    );
    assert.deepEqual(read, sizes);
  });

  it('drops the input that a command does not read', async () => {
    assert.equal((await run(['true'], { input: randomBytes(4_000_000) })).code, 0);
  });

  it('says as a shell does what cannot be run', async () => {
    const missing = await run(['nosuch']);
    assert.deepEqual(missing, { code: 127, stdout: '', stderr: 'nosuch: not found in box-1\n' });
    const refused = await run(['/etc/passwd']);
    assert.deepEqual(refused, {
      code: 126,
      stdout: '',
      stderr: 'cannot run /etc/passwd in box-1: permission denied\n',
    });
    assert.deepEqual(await run(['id'], { workdir: '/no such' }), {
      code: 126,
      stdout: '',
      stderr: 'cannot work in /no such of box-1: no such folder\n',
    });
    assert.deepEqual(await run(['id'], { workdir: '/etc/passwd' }), {
      code: 126,
      stdout: '',
      stderr: 'cannot work in /etc/passwd of box-1: not a folder\n',
    });
  });

  it("passes on a command's own words that look like an engine's", async () => {
    const words = 'Error: runc: exec failed: it is me';
    assert.deepEqual(await run(['sh', '-c', `echo '${words}' >&2; exit 3`]), {
      code: 3,
      stdout: '',
      stderr: `${words}\n`,
    });
  });

  it('runs as another user, and knows who is not there', async () => {
    assert.equal((await run(['id', '-u'], { user: '4321' })).stdout, '4321\n');
    assert.equal((await run(['id', '-u'], { user: 'root' })).stdout, '0\n');
    await assert.rejects(open(['id'], { user: 'nosuch' }), {
      code: 'usage',
      message: 'no user nosuch in box-1',
    });
  });

  it('is refused by a container that does not run', async () => {
    const still = await engine.create();
    await assert.rejects(execIn(engine.docker, still.id, { argv: ['id'] }), {
      code: 'runtime',
      message: 'cannot run id: its container does not run',
    });
    await assert.rejects(execIn(engine.docker, 'f'.repeat(64), { argv: ['id'] }), {
      code: 'runtime',
      message: 'cannot run id: its container does not run',
    });
  });

  const ways: readonly [string, readonly string[], Partial<ExecRequest>][] = [
    [
      'that ignores signals',
      ['sh', '-c', 'trap "" TERM HUP INT; echo on; while :; do sleep 41.$1; done', 'sh'],
      {},
    ],
    ['with children', ['sh', '-c', 'sleep 41.$1 & sleep 41.$1 & echo on; wait', 'sh'], {}],
    ['of another user', ['sh', '-c', 'echo on; sleep 41.$1', 'sh'], { user: '4321' }],
    [
      'on a terminal',
      ['sh', '-c', 'trap "" HUP; echo on; sleep 41.$1', 'sh'],
      { tty: { columns: 80, rows: 24 } },
    ],
    [
      'that has cleared its environment',
      ['env', '-i', '/bin/sh', '-c', 'echo on; exec sleep 41.$1', 'sh'],
      {},
    ],
  ];
  for (const [index, [what, argv, rest]] of ways.entries()) {
    it(`kills a command ${what} when its session is disposed`, async () => {
      const session = await open([...argv, String(index)], rest);
      for await (const chunk of session.stdout) if (String(chunk).includes('on')) break;
      await until(async () => (await processes(`sleep 41.${index}`)).length > 0);
      await session[Symbol.asyncDispose]();
      assert.deepEqual(await processes(`41.${index}`), []);
    });
  }

  it('kills a command that has hardly begun', async () => {
    const session = await open(['sleep', '43']);
    await session[Symbol.asyncDispose]();
    await assert.rejects(session.exitCode.then((code) => Promise.reject(new Error(String(code)))));
    assert.deepEqual(await processes('sleep 43'), []);
  });

  it('leaves what a command that has ended left behind', async () => {
    const { stdout } = await run(['sh', '-c', 'sleep 44 > /dev/null 2>&1 & echo $!']);
    assert.equal((await run(['kill', stdout.trim()])).code, 0);
  });

  it('gives a terminal of the asked size, which can change', { timeout: 20_000 }, async ({ signal }) => {
    const code =
      'stty size; echo go; while [ "$(stty size)" != "40 120" ]; do sleep 0.05; done; stty size; exit 5';
    await using session = await open(['sh', '-c', code], { tty: { columns: 91, rows: 33 } });
    let said = '';
    signal.addEventListener('abort', () => console.error(`the terminal said ${JSON.stringify(said)}`));
    for await (const chunk of session.stdout) {
      said += chunk;
      if (said.includes('go')) session.resize(120, 40);
    }
    assert.equal(said, '33 91\r\ngo\r\n40 120\r\n');
    assert.equal(await session.exitCode, 5);
    assert.equal(await text(session.stderr), '');
  });

  it('echoes on a terminal, whose input ends too', { timeout: 20_000 }, async () => {
    const tty = { columns: 80, rows: 24 };
    assert.deepEqual(await run(['cat'], { tty, input: 'hello\n' }), {
      code: 0,
      stdout: 'hello\r\nhello\r\n',
      stderr: '',
    });
    assert.equal((await run(['cat'], { tty, input: 'half' })).stdout, 'halfhalf');
    const missing = await run(['nosuch'], { tty });
    assert.equal(missing.code, 127);
    assert.match(missing.stdout, /nosuch/);
    await assert.rejects(open(['id'], { tty, user: 'nosuch' }), { code: 'usage' });
  });

  it('is told when its container goes', async () => {
    const { id: other } = await engine.run();
    const session = await execIn(engine.docker, other, { argv: ['sh', '-c', 'echo on; sleep 45'] });
    for await (const _ of session.stdout) break;
    await engine.docker.getContainer(other).kill();
    const ended = await session.exitCode.catch((error: Error) => error.message);
    assert.ok(ended === 137 || /^the command was cut off/.test(String(ended)), String(ended));
  });
});
