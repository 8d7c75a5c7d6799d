import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { Engine, EngineRequest } from '../../engine/engine.ts';
import type { LabError } from '../../error.ts';
import type { Sandbox, SandboxNode } from '../../sandbox/sandbox.ts';
import type { LabContext } from '../context.ts';
import { noChoices, parseEngineChoice } from './choices.ts';
import { loadInputs } from './load-inputs.ts';
import { resolve } from './resolve.ts';
import { sharedNetworkOf } from './shared-network.ts';

const folder = mkdtempSync(join(tmpdir(), 'envoy-lab-test-'));
after(() => rmSync(folder, { recursive: true }));
const config = join(folder, 'envoy.yaml');
writeFileSync(config, '{}');

const requests: Pick<EngineRequest, 'sharedNetwork'>[] = [];

/** An engine that is there in every version but 9. */
function engine(name: string): Engine {
  return {
    name,
    summary: '',
    find: async (_machine, version = '1.40') =>
      version === '9'
        ? { found: false, detail: 'there is no 9', hint: 'get it' }
        : { found: true, path: `/bin/${name}-${version}`, version: `${version}.0`, why: 'asked for' },
    survey: async () => [],
    use: ({ path, version }) => ({
      name,
      path,
      version,
      program: (request) => {
        requests.push(request);
        const steered = request.sharedNetwork && { argv: ['steered'], files: [], ports: [] };
        return {
          rootfs: { name, programs: [], files: [] },
          argv: [path],
          env: {},
          files: [],
          volumes: [],
          ready: { kind: 'started' },
          ...(steered && { steered }),
        };
      },
      validate: async (request) => {
        requests.push(request);
        return [];
      },
    }),
  };
}

const at = { file: 'sandbox.yaml', line: 1, column: 1 };
function proxy(
  name: string,
  own: string | undefined = undefined,
  aliases: readonly string[] = [],
): SandboxNode {
  const container = {
    name: 'envoy',
    at,
    program: { kind: 'envoy' as const, config, engine: own, args: [] },
    env: {},
    files: [],
    volumes: [],
    user: undefined,
    workdir: undefined,
    ready: undefined,
    dependsOn: [],
    once: false,
  };
  return { name, at, replicas: 1, publish: [], networks: ['default'], aliases, containers: [container] };
}

const sandbox: Sandbox = {
  name: 'demo',
  summary: undefined,
  folder,
  file: join(folder, 'sandbox.yaml'),
  nodes: [proxy('front'), proxy('a', 'envoy@1.36', ['a.example.test']), proxy('b')],
  networks: ['default'],
  services: [],
  certs: [],
  checks: [],
};

async function resolved(
  words: readonly string[],
  { mode = 'namespaces', env = {} as Record<string, string> } = {},
) {
  const context = {
    engines: [engine('ts'), engine('envoy')],
    machine: {},
    env,
    cwd: folder,
    imageRoots: [],
    signal: new AbortController().signal,
  } as unknown as LabContext;
  const choice = parseEngineChoice(words);
  const shared = { programs: 'host' as const, defaultEngine: env.ENVOY_LAB_ENGINE ?? 'ts' };
  const inputs = await loadInputs(sandbox, context, {
    ...shared,
    engine: choice,
    certFiles: new Map(),
    sharedNetwork: sharedNetworkOf(sandbox, mode),
  });
  const choices = { ...noChoices, engine: choice };
  const { nodes } = resolve(sandbox, inputs, { ...shared, lab: undefined, owner: '0', choices });
  return nodes.map(({ containers: [container] }) => container!);
}

describe('engines of a lab', () => {
  it('mix, several versions of one too', async () => {
    const containers = await resolved(['envoy', 'b=envoy@1.38']);
    assert.deepEqual(
      containers.map(({ engine: name, engineVersion, argv }) => [name, engineVersion, argv[0]]),
      [
        ['envoy', '1.40.0', '/bin/envoy-1.40'],
        ['envoy', '1.36.0', '/bin/envoy-1.36'],
        ['envoy', '1.38.0', '/bin/envoy-1.38'],
      ],
    );
  });

  it('are told to start anew when only the version changed', async () => {
    const [before] = await resolved(['envoy@1.38']);
    const [now] = await resolved(['envoy@1.39']);
    assert.notEqual(before!.hash, now!.hash);
  });

  it('are refused by the words they were asked for with, and where those came from', async () => {
    await assert.rejects(
      resolved(['b=envoy@9']),
      ({ code, message, hint }: LabError) =>
        code === 'runtime' && message === 'engine envoy@9 cannot be used: there is no 9' && hint === 'get it',
    );
    await assert.rejects(
      resolved([], { env: { ENVOY_LAB_ENGINE: 'envoi' } }),
      ({ code, message, hint }: LabError) =>
        code === 'usage' &&
        /"envoi" \(from ENVOY_LAB_ENGINE\)/.test(message) &&
        hint === 'did you mean "envoy"?',
    );
  });

  it('are told of a shared network only where there is one, with every name of the lab', async () => {
    requests.length = 0;
    assert.ok((await resolved(['envoy'])).every(({ steered }) => steered === undefined));
    assert.ok(requests.every(({ sharedNetwork }) => sharedNetwork === undefined));
    requests.length = 0;
    const steered = await resolved(['envoy'], { mode: 'loopback' });
    assert.deepEqual(steered[0]!.steered?.argv, ['steered']);
    assert.equal(requests.length, 2 + 3, 'verdicts on two uses, programs of three containers');
    for (const { sharedNetwork } of requests)
      assert.deepEqual(sharedNetwork?.names, ['front', 'a', 'a.example.test', 'b']);
  });
});
