import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { readDocument } from '../document/document.ts';
import type { EnvoyConfig } from './config.ts';
import type { EngineMachine } from './engine.ts';
import { fakeEnvoy } from './envoy.fake.ts';
import { envoy } from './envoy.ts';
import { envoyProblems } from './envoy-binary.ts';

const root = mkdtempSync(join(tmpdir(), 'envoy-lab-test-'));
after(() => rmSync(root, { recursive: true }));

const machine: EngineMachine = {
  env: {},
  version: '0.0.0',
  execPath: process.execPath,
  proxyBundle: '',
  proxyCommand: '',
  folders: [],
};

describe('the program of Envoy', () => {
  it('brings the binary along: a container has folders of its own where it may lie', () => {
    const request = {
      container: 'envoy',
      programs: 'host' as const,
      args: [],
      config: {
        path: '/s/envoy.yaml',
        shown: 'envoy.yaml',
        text: '{}',
        document: readDocument('{}', 'envoy.yaml', 'envoy'),
      },
    };
    const { argv, volumes } = envoy.use({ path: '/tmp/envoy', version: '1.40.0' }, machine).program(request);
    assert.deepEqual(volumes, [{ hostPath: argv[0], path: argv[0], readOnly: true }]);
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
      "paths must refer to an existing path in the system: '/etc/envoy/eds.yaml' does not exist",
    ]) {
      const line = `[2026][1][critical][main] error initializing configuration: ${said}`;
      assert.deepEqual(envoyProblems(line, config), [], said);
    }
  });

  it('is told with all that our own reader finds', async () => {
    const path = fakeEnvoy(join(root, 'strict'), '1.40.0', '[2026][1][critical][main] something is wrong');
    const engine = envoy.use({ path, version: '1.40.0' }, machine);
    const problems = await engine.validate({ config, args: [] });
    assert.ok(problems.every(({ at }) => at !== undefined));
    assert.match(problems.map(({ message, hint }) => `${message} ${hint}`).join(), /port_value/);
  });

  it('is none when the user ends it', async () => {
    const engine = envoy.use({ path: fakeEnvoy(join(root, 'ended'), '1.40.0'), version: '1.40.0' }, machine);
    const verdict = engine.validate({ config, args: [] }, AbortSignal.abort());
    await assert.rejects(verdict, { code: 'interrupted' });
  });
});
