import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { commands } from './commands.ts';
import { fakeIo } from './io.fake.ts';
import { main } from './main.ts';
import { packageRoot } from './package-root.ts';

const file = join(packageRoot(), 'docs', 'commands.md');

/** The page as the command tree says it has to be: what each command's `--help` prints. */
async function page(): Promise<string> {
  const names = await help([]);
  const parts = [
    '# The command line',
    '',
    'What `envoy-lab --help` and each `envoy-lab COMMAND --help` print. stdout is the answer, stderr tells progress and',
    'advice. Exit codes: 0 ok, 1 usage, 2 the sandbox or a config is invalid, 3 the runtime or engine failed, 4 a check',
    "failed, 130 interrupted; `exec` and `curl` pass on their child's, their own failures are 125.",
    '`--json` prints the shapes of [json.md](json.md).',
    '',
    '```text',
    names.trimEnd(),
    '```',
  ];
  for (const name of names.match(/^ {2}([a-z]+)(?= )/gm) ?? []) {
    const command = name.trim();
    if (command === 'help') continue;
    parts.push('', `## ${command}`, '', '```text', (await help([command])).trimEnd(), '```');
  }
  return `${parts.join('\n')}\n`;
}

async function help(words: readonly string[]): Promise<string> {
  const { io, out } = fakeIo();
  assert.equal(await main([...words, '--help'], io), 0);
  return out();
}

it('docs/commands.md is what the commands say (UPDATE_DOCS=1 writes it)', async () => {
  const wanted = await page();
  if (process.env.UPDATE_DOCS) writeFileSync(file, wanted);
  assert.equal(readFileSync(file, 'utf8'), wanted);
  assert.equal(wanted.match(/^## /gm)?.length, 25);
  assert.ok(commands.length === 25);
});
