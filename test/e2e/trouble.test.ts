import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { skipWithout } from '../required.ts';
import { CommandLine, type Outcome, program } from './command-line.ts';

const cli = new CommandLine();
after(() => cli[Symbol.asyncDispose]());
afterEach(() => cli.assertClean());

const plain = (name: string, container = '{ command: [sleep, "1000"] }') =>
  cli.sandbox(name, {
    'sandbox.yaml': `name: ${name}\nnodes:\n  web:\n    containers:\n      app: ${container}\n`,
  });

/** Never ready, so that `up` is waiting for it. */
const waiting = '{ command: [sleep, "1000"], ready: { tcp: 8080 } }';

describe('trouble', () => {
  const full = '/dev/full';
  const skipFull = { skip: existsSync(full) ? false : `only Linux has ${full}` };
  it('a full disk behind stdout is told in one line, not as a stack', skipFull, () => {
    const stdout = openSync(full, 'w');
    try {
      const { status, stderr } = spawnSync(process.execPath, [program, 'ls'], {
        cwd: cli.home,
        env: cli.env,
        stdio: ['ignore', stdout, 'pipe'],
        encoding: 'utf8',
      });
      assert.match(stderr, /^error: cannot write to stdout: .*ENOSPC.*\n$/);
      assert.equal(status, 3);
    } finally {
      closeSync(stdout);
    }
  });

  it('Ctrl-C during up undoes what it did and ends with 130', async () => {
    const up = cli.start(['up', plain('interrupted', waiting)]);
    await up.printed(/create web-1/);
    up.child.kill('SIGINT');
    const { code, stderr } = await up.ended;
    assert.equal(code, 130);
    assert.match(stderr, /undoing[\s\S]*interrupted/);
    assert.match((await cli.run(['ps'])).stderr, /no lab is running/);
  });

  it('Ctrl-C at any moment of up leaves nothing', async () => {
    const folder = plain('any-moment', waiting);
    for (let moment = 0; moment < 12; moment++) {
      const up = cli.start(['up', folder]);
      // The moments are the point here: from before its first line to after its last.
      await delay(moment * 40);
      up.child.kill('SIGINT');
      const { code } = await up.ended;
      // Before it listens to signals it simply dies of one.
      assert.ok(code === 130 || code === -1, `${code} at ${moment * 40} ms`);
      await cli.run(['down', '--all']);
      await cli.assertClean();
    }
  });

  it('a second Ctrl-C ends at once; down takes away what is left', async () => {
    const up = cli.start(['up', plain('twice', waiting)]);
    await up.printed(/create web-1/);
    up.child.kill('SIGINT');
    up.child.kill('SIGINT');
    assert.equal((await up.ended).code, 130);
    await cli.run(['down', '--all']);
  });

  it('two commands at once: one waits for the other, and says for whom', async () => {
    const first = cli.start(['up', plain('both', waiting), '--timeout', '5s']);
    await first.printed(/create web-1/);
    const second = cli.start(['down', 'both']);
    await second.printed(
      /waiting for another command on lab both: "up .*both --timeout 5s" \(pid \d+, since/,
    );
    first.child.kill('SIGINT');
    assert.equal((await first.ended).code, 130);
    assert.ok([0, 1].includes((await second.ended).code));
  });

  it('up five times at once is up once', async () => {
    const folder = plain('crowd');
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => cli.run(['up', folder, '--json'])));
    assert.deepEqual(
      outcomes.map(({ code }) => code),
      [0, 0, 0, 0, 0],
    );
    const changed = outcomes.filter(({ stdout }) => (JSON.parse(stdout) as { changed: boolean }).changed);
    assert.equal(changed.length, 1);
    await cli.ok('down');
  });

  it('a change that fails is undone: the lab goes on as it was', async () => {
    const folder = plain('changed', '{ command: [sh, -c, "echo one; exec sleep 1000"] }');
    await cli.ok('up', folder);
    plain('changed', '{ command: [sh, -c, "echo two; exit 3"] }');
    const second = await cli.run(['up', folder]);
    assert.equal(second.code, 3);
    assert.match(
      second.stderr,
      /^update web-1$[\s\S]*undoing[\s\S]*web-1\/app exited with 3; its last lines:\n {2}web-1\/app \| two/m,
    );
    assert.match(await cli.ok('ps'), /web-1 +app +sh +ready/);
    assert.match(await cli.ok('logs', '--tail', '1'), /web-1\/app \| one/);
    const kept = await cli.run(['up', folder, '--keep']);
    assert.equal(kept.code, 3);
    assert.match(await cli.ok('ps'), /exited \(3\)/);
    await cli.ok('down');
  });

  it('curl to a port where nothing listens is refused each time, and says by whom', async () => {
    await cli.ok('up', plain('closed'));
    for (let round = 0; round < 5; round++) {
      const { code, stderr } = await cli.run(['curl', 'http://web:81/']);
      assert.equal(code, 7);
      assert.match(stderr, /nothing listens on port 81 of web-1/);
    }
    await cli.ok('down');
    assert.deepEqual(readdirSync(cli.stateHome), []);
  });

  it('a supervisor that is killed takes everything with it; up and down work afterwards', async () => {
    const folder = plain('killed');
    for (let round = 0; round < 3; round++) {
      await cli.ok('up', folder);
      kill(supervisors('killed'));
      await until(async () => (await cli.run(['ps'])).code === 1);
      if (round === 1) await cli.ok('up', folder);
      await cli.ok('down', 'killed');
      await cli.assertClean();
    }
  });

  it('a supervisor that is killed at any of 50 random moments of up: a clear end, and nothing left', async () => {
    const folder = plain('killed-early');
    for (let round = 0; round < 50; round++) {
      const ms = Math.floor(Math.random() * 300);
      const up = cli.start(['up', folder]);
      await until(async () => supervisors('killed-early').length > 0 || up.child.exitCode !== null);
      await delay(ms);
      kill(supervisors('killed-early'));
      const { code, stderr }: Outcome = await up.ended;
      assert.ok(code === 3 || code === 0, `${code} after ${ms} ms: ${stderr}`);
      assert.doesNotMatch(stderr, /fault of envoy-lab/, `after ${ms} ms`);
      await cli.run(['down', '--all']);
      await cli.assertClean();
    }
  });

  it('state of a machine that has been rebooted since', async () => {
    const folder = plain('rebooted');
    await cli.ok('up', folder);
    const state = join(cli.stateHome, 'envoy-lab');
    const files = ['rebooted.json', join('process', 'rebooted', 'supervisor.json')];
    const before = files.map((file) => readFileSync(join(state, file), 'utf8'));
    await cli.ok('down');
    mkdirSync(join(state, 'process', 'rebooted'), { recursive: true });
    for (const [index, file] of files.entries()) {
      // The process numbers may belong to others by now.
      const text = before[index]!.replace(/"bootId": ?"[^"]*"/g, '"bootId":"another"');
      writeFileSync(join(state, file), text.replace(/"pid": ?\d+/g, `"pid":${process.pid}`));
    }
    const ps = await cli.run(['ps']);
    assert.equal(ps.code, 1);
    assert.match(
      ps.stderr,
      /no lab is running\nhint: lab "rebooted" was started from .*, but the machine was booted since/,
    );
    assert.equal(await cli.ok('down'), 'rebooted is down\n');
    await cli.ok('up', folder);
    await cli.ok('down');
  });

  it('a home that cannot be written: state is kept elsewhere, and that is told', async () => {
    const file = join(cli.home, 'file');
    writeFileSync(file, '');
    const env = { XDG_STATE_HOME: '', HOME: file, TMPDIR: cli.home };
    const up = await cli.run(['up', plain('homeless')], env);
    assert.equal(up.code, 0, up.stderr);
    assert.match(up.stderr, /warning: .*cannot be written.*so lab state is kept in /);
    assert.equal((await cli.run(['down'], env)).stdout, 'homeless is down\n');
    const nowhere = await cli.run(['up', plain('homeless')], { ...env, TMPDIR: file });
    assert.equal(nowhere.code, 3);
    assert.match(nowhere.stderr, /no folder to keep a lab's state in[\s\S]*XDG_STATE_HOME/);
  });

  const canMount = spawnSync('unshare', ['-Urm', 'true']).status === 0;
  it('a full disk', {
    skip: skipWithout('namespaces', canMount ? undefined : 'no user namespaces to mount a small disk in'),
  }, async () => {
    const disk = join(cli.home, 'disk');
    mkdirSync(disk);
    // A disk of 64 KB, all of it taken.
    const script = `mount -t tmpfs -o size=64k tmpfs ${disk} && mkdir ${disk}/envoy-lab && (head -c 70000 /dev/zero > ${disk}/full; exec "$0" "$@")`;
    const words = [
      process.execPath,
      join(import.meta.dirname, '../../bin/envoy-lab.js'),
      'up',
      plain('full'),
    ];
    const { status, stderr } = spawnSync('unshare', ['-Urm', 'sh', '-c', script, ...words], {
      env: { ...cli.env, XDG_STATE_HOME: disk },
      encoding: 'utf8',
    });
    assert.equal(status, 3, stderr);
    assert.match(stderr, /disk is full|no space left/i);
    assert.match(stderr, /hint: /);
    assert.doesNotMatch(stderr, /fault of envoy-lab/);
  });
});

/** Every process of a lab's supervisor that can be seen from here. */
function supervisors(lab: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      const words = commandOf(pid);
      return words.some((word) => word.endsWith('supervisor.js')) && words.includes(lab) && isOurs(pid);
    })
    .map(Number);
}

function commandOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

/** Other tests may run labs of the same name. */
function isOurs(pid: string): boolean {
  try {
    const text = readFileSync(`/proc/${pid}/environ`, 'utf8') + commandOf(pid).join(' ');
    return text.includes(cli.home);
  } catch {
    return false;
  }
}

function kill(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It went with the one before it.
    }
  }
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('did not happen within 10 s');
    await delay(10);
  }
}
