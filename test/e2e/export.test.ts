import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readDocument } from '../../src/document/document.ts';
import { writeYaml } from '../../src/document/write.ts';
import { skipWithout } from '../required.ts';
import { CommandLine } from './command-line.ts';
import { enginesUnderTest, places } from './places.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const nodeImage = 'docker.io/library/node:20-slim';

const missing = await run('docker', ['compose', 'version']).then(
  () => undefined,
  () => 'docker compose is not there (package docker-compose-v2, or tools/compose)',
);
const all = await places();
const docker = all.find(({ name }) => name === 'docker')!;
const namespaces = all.find(({ name }) => name === 'process, namespaces')!;

describe('an exported sandbox', () => {
  for (const format of ['kubernetes', 'openshift']) {
    it(`runs again from its ${format} form, with the same checks`, { skip: namespaces.skip }, async () => {
      await using cli = new CommandLine(namespaces.env);
      const file = join(cli.home, 'pod.yaml');
      await cli.ok('export', 'pod', '--format', format, '-o', file);
      await cli.ok('up', '-q', '-f', file, '--name', 'back', '--image', `${nodeImage}=base`);
      // Manifests have no checks: the sandbox's own are put to what came of them, but for those that read an engine's stats.
      const sandbox = join(cli.stateHome, 'envoy-lab', 'manifests', 'back', 'sandbox.yaml');
      appendFileSync(sandbox, writeYaml({ checks: checksOf('pod') }));
      const { passed, failed } = await cli.json<{ passed: number; failed: number }>('check', '--lab', 'back');
      assert.ok(passed >= 8);
      assert.equal(failed, 0);
      await cli.ok('down', 'back', '-q');
      await cli.assertClean();
    });
  }

  it('is refused with what to do', async () => {
    await using cli = new CommandLine();
    const { code, stderr } = await cli.run(['export', 'pod', '--format', 'compose', '--istio']);
    assert.equal(code, 1);
    assert.match(stderr, /--istio goes with --format kubernetes/);
    writeFileSync(join(cli.home, 'file'), '');
    const written = await cli.run(['export', 'pod', '-o', 'file/pod.yaml']);
    assert.equal(written.code, 3);
    assert.match(written.stderr, /cannot write .*file\/pod\.yaml: .*\nhint: name another place with -o/);
  });
});

describe('an exported sandbox under docker compose', () => {
  const skip = docker.skip || skipWithout('docker', missing);
  let cli: CommandLine;
  let images: Readonly<Record<string, string>>;

  before(async () => {
    if (skip) return;
    cli = new CommandLine({ ...docker.env, ENVOY_LAB_RUNTIME: 'docker' });
    // Nothing can be counted on to be pulled: what envoy-lab assembles has all that stock images have.
    images = {};
    for (const { name, env, skip: without } of enginesUnderTest()) {
      if (without) continue;
      const started = await cli.run(['up', '-q', 'pod', '--engine', name], env);
      assert.equal(started.code, 0, started.stderr);
      const image = async (container: string) => {
        const filter = ['--filter', `label=io.envoy-lab.owner=${cli.env.ENVOY_LAB_OWNER}`];
        const only = ['--filter', `label=io.envoy-lab.container=${container}`];
        const { stdout } = await run('docker', ['ps', ...filter, ...only, '--format', '{{.Image}}']);
        return stdout.trim();
      };
      const base = await image('app');
      images = { ...images, ENVOY_LAB_IMAGE_NODE: base, ENVOY_LAB_IMAGE_BASE: base };
      if (name === 'envoy') images = { ...images, ENVOY_LAB_IMAGE_ENVOY: await image('sidecar') };
      await cli.ok('down', '-q', 'pod');
    }
  });
  after(async () => {
    await cli?.[Symbol.asyncDispose]();
  });

  for (const { name, env, skip: without } of enginesUnderTest()) {
    for (const [where, output] of [
      ['in one file', 'compose.yaml'],
      ['with its files beside it', 'beside/'],
    ] as const) {
      it(`answers, engine ${name}, ${where}`, { skip: skip || without }, async () => {
        const folder = join(cli.home, `${name}-${output.length}/`);
        const file = output.endsWith('/') ? join(folder, output, 'compose.yaml') : join(folder, output);
        const words = ['export', 'front-proxy', '--format', 'compose', '--engine', name];
        const exported = await cli.run([...words, '--scale', 'service1=2', '-o', join(folder, output)], {
          ...env,
          ...images,
        });
        assert.equal(exported.code, 0, exported.stderr);
        // Ports of other tests are not taken.
        writeFileSync(file, readFileSync(file, 'utf8').replace(/127\.0\.0\.1:\d+:/g, '127.0.0.1::'));
        const project = `${cli.env.ENVOY_LAB_OWNER!.toLowerCase()}-${name}-${output.length}`;
        const compose = async (...more: string[]) =>
          (await run('docker', ['compose', '-f', file, '-p', project, ...more])).stdout.trim();
        try {
          await compose('up', '--wait', '--wait-timeout', '60');
          const address = await compose('port', 'front-envoy', '8080');
          const hosts = new Set<string>();
          for (let count = 0; count < 4; count++) {
            const answer = await fetch(`http://${address}/service/1`);
            assert.equal(answer.headers.get('server'), 'envoy');
            hosts.add(/hostname (\S+)/.exec(await answer.text())![1]!);
          }
          assert.deepEqual([...hosts].sort(), ['service1-1', 'service1-2']);
          assert.match(
            await (await fetch(`http://${address}/service/2`)).text(),
            /\(service 2\)! hostname service2-1 /,
          );
        } finally {
          await compose('down', '--timeout', '5');
        }
      });
    }
  }
});

/** The checks of a sandbox without what only a lab with engines of its own can tell. */
function checksOf(name: string): unknown[] {
  const file = join(root, 'sandboxes', name, 'sandbox.yaml');
  const { value } = readDocument(readFileSync(file, 'utf8'), file, 'yaml');
  return (value as { checks: { expect?: Record<string, unknown> }[] }).checks.map(
    ({ expect = {}, ...check }) => {
      const { stat: _, ...others } = expect;
      return { ...check, expect: others };
    },
  );
}
