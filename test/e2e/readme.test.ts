import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CommandLine } from './command-line.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const readme = readFileSync(`${root}README.md`, 'utf8');
const section = (title: string) => readme.split(`## ${title}\n`)[1]!.split('\n## ')[0]!;

/** The commands of the "Use it" block, without their comments; `a && b` are two. */
const commands = section('Use it')
  .split('\n')
  .filter((line) => line.startsWith('    envoy-lab '))
  .flatMap((line) =>
    line
      .replace(/\s+#.*/, '')
      .trim()
      .split(' && '),
  )
  .map((command) => command.replace(/^envoy-lab /, '').split(' '));

describe('README', () => {
  const cli = new CommandLine();
  before(() => cli.ok('up', 'front-proxy'));
  after(() => cli[Symbol.asyncDispose]());

  for (const words of commands) {
    it(`envoy-lab ${words.join(' ')}`, async () => {
      if (words.includes('-f')) {
        // It follows until it is told to stop.
        const running = cli.start(words);
        await running.printed(/service1-1\/app/);
        running.child.kill('SIGINT');
        assert.equal((await running.ended).code, 130);
        return;
      }
      const outcome = await cli.run(words);
      assert.equal(outcome.code, 0, outcome.stdout + outcome.stderr);
    });
  }

  it('tries every command it shows', () => {
    assert.ok(commands.length >= 10);
    assert.equal(commands.at(-1)![0], 'down');
  });

  it('prints what the README says a mistake looks like', async () => {
    const folder = cli.sandbox('my-sandbox', {
      'sandbox.yaml': [
        'name: my-sandbox',
        'summary: Two mistakes.',
        'nodes:',
        '  web:',
        '    pubish: { http: 8080 }',
        '    containers:',
        '      app: { image: helo }',
        '',
      ].join('\n'),
    });
    const { code, stderr } = await cli.run(['up', folder]);
    assert.equal(code, 2);
    const shown = /```\n\$ envoy-lab up \.\/my-sandbox\n([\s\S]*?)```/.exec(readme)![1]!;
    assert.equal(
      stderr.replaceAll(`${folder}/`, 'my-sandbox/').replace(/.*sandboxes\/my-sandbox\//g, 'my-sandbox/'),
      shown,
    );
  });

  it('lists every sandbox there is', () => {
    const folders = readdirSync(`${root}sandboxes`, { withFileTypes: true });
    for (const folder of folders.filter((entry) => entry.isDirectory())) {
      assert.match(section('Sandboxes'), new RegExp(`\\[${folder.name}\\]\\(sandboxes/${folder.name}\\)`));
    }
  });
});
