import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { CommandLine } from './command-line.ts';

const program = join(import.meta.dirname, '../../bin/envoy-lab.js');
const hasScript = spawnSync('script', ['--version']).status === 0;

describe('on a terminal', {
  skip: hasScript ? false : 'util-linux’ script, which makes a terminal, is not here',
}, () => {
  const cli = new CommandLine();
  const env = { ...cli.env, TERM: 'xterm' };
  before(() => {
    const yaml =
      'name: tty\nnodes:\n  web:\n    containers:\n      app: { command: [sh, -c, "echo hello; exec sleep 1000"] }\n';
    return cli.ok('up', cli.sandbox('tty', { 'sandbox.yaml': yaml }));
  });
  after(async () => {
    await cli[Symbol.asyncDispose]();
  });

  /** Runs `envoy-lab` with these words on a terminal of 100 columns and 30 rows. */
  function onTerminal(words: string, input = ''): Promise<{ code: number | null; screen: string }> {
    const line = `stty cols 100 rows 30; exec ${process.execPath} ${program} ${words}`;
    const child = spawn('script', ['-qec', line, '/dev/null'], { env, stdio: ['pipe', 'pipe', 'inherit'] });
    let screen = '';
    child.stdout.on('data', (chunk: Buffer) => {
      screen += chunk;
      // Typed when the shell inside shows that it listens.
      if (input !== '' && /ready> $/.test(screen)) child.stdin.end(input);
    });
    if (input === '') child.stdin.end();
    return new Promise((resolve) => child.on('close', (code) => resolve({ code, screen })));
  }

  it('exec -it gives a terminal of the same size, and passes on what is typed and the exit code', async () => {
    const words = `exec -it -e PS1='ready> ' web sh`;
    const { code, screen } = await onTerminal(words, 'stty size; echo $((40 + 2))\nexit 3\n');
    assert.match(screen, /\b30 100\r*\n/);
    assert.match(screen, /\b42\r*\n/);
    assert.equal(code, 3);
  });

  it('exec without -t has none', async () => {
    assert.equal((await cli.run(['exec', 'web', 'tty'])).code, 1);
    const { code, stderr } = await cli.run(['exec', '-it', 'web', 'sh']);
    assert.equal(code, 125);
    assert.match(stderr, /stdin is no terminal[\s\S]*leave out -t/);
  });

  it('shows live progress', async () => {
    const { code, screen } = await onTerminal('scale web=2');
    assert.equal(code, 0);
    assert.match(screen, /\x1b\[32m✔\x1b\[39m web-2\/app/);
  });

  it('Ctrl-C ends logs -f with 130', async () => {
    const logs = cli.start(['logs', '-f']);
    await logs.printed(/hello/);
    logs.child.kill('SIGINT');
    assert.equal((await logs.ended).code, 130);
  });

  it('a reader that leaves early is no failure of ours', () => {
    const { status, stderr } = spawnSync(
      'sh',
      ['-c', `${process.execPath} ${program} config front-proxy --json | head -1`],
      { env, encoding: 'utf8' },
    );
    assert.deepEqual([status, stderr], [0, '']);
  });

  it('bash completes', { skip: spawnSync('bash', ['--version']).status === 0 ? false : 'no bash' }, () => {
    const script = `
      envoy-lab() { ${process.execPath} ${program} "$@"; }
      eval "$(envoy-lab completion bash)"
      COMP_WORDS=(envoy-lab stop w); COMP_CWORD=2; _envoy_lab; echo "\${COMPREPLY[@]}"`;
    const { stdout } = spawnSync('bash', ['-c', script], { env, encoding: 'utf8' });
    assert.equal(stdout.trim(), 'web web-1 web-2');
  });
});
