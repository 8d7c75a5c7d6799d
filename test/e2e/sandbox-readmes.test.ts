import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CommandLine } from './command-line.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const sandboxes = readdirSync(join(root, 'sandboxes'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** What a README shows to type: the lines with a prompt in its `console` blocks. */
function commandsOf(sandbox: string): string[] {
  const text = readFileSync(join(root, 'sandboxes', sandbox, 'README.md'), 'utf8');
  const blocks = [...text.matchAll(/^```console\n(.*?)^```/gms)].map(([, block]) => block!);
  return blocks.flatMap((block) => [...block.matchAll(/^\$ (.*)$/gm)].map(([, command]) => command!));
}

for (const sandbox of sandboxes) {
  describe(`the README of ${sandbox}, typed from top to bottom`, () => {
    const cli = new CommandLine();
    const bin = join(cli.home, 'bin');
    mkdirSync(bin);
    const program = join(root, 'bin', 'envoy-lab.js');
    writeFileSync(join(bin, 'envoy-lab'), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`, {
      mode: 0o755,
    });
    after(() => cli[Symbol.asyncDispose]());
    const commands = commandsOf(sandbox);

    it('begins with up and ends with down', () => {
      assert.equal(commands[0], `envoy-lab up ${sandbox}`);
      assert.equal(commands.at(-1), 'envoy-lab down');
    });

    for (const command of commands) {
      // A shell for a person, and what follows until it is told to stop, have tests of their own.
      if (/^envoy-lab (exec -it|logs -f)/.test(command)) continue;
      it(command, async () => {
        const child = spawn('sh', ['-c', command], {
          cwd: cli.home,
          env: { ...cli.env, PATH: `${bin}:${cli.env.PATH}` },
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        let printed = '';
        for (const stream of [child.stdout, child.stderr]) {
          stream.on('data', (chunk: Buffer) => {
            printed += chunk;
          });
        }
        const [code] = (await once(child, 'close')) as [number];
        assert.equal(code, 0, printed);
        assert.notEqual(printed, '');
      });
    }

    it('leaves nothing', () => cli.assertClean());
  });
}
