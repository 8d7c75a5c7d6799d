import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { connectEngine } from '../../src/runtime/docker/endpoint/connect.ts';
import { parseEndpoint } from '../../src/runtime/docker/endpoint/endpoint.ts';
import { ping } from '../../src/runtime/docker/endpoint/ping.ts';
import { ensureImages } from '../../src/runtime/docker/images/ensure.ts';
import { serveRegistry } from '../../src/runtime/docker/images/registry.fake.ts';
import { skipWithout } from '../required.ts';

const missing = (() => {
  if (process.getuid?.() !== 0)
    return 'a service of Podman with a configuration of its own is started as root';
  const { status } = spawnSync('podman', ['--version']);
  return status === 0 ? undefined : 'no podman command on this machine';
})();

/** A Podman of its own that speaks plain HTTP to a registry: the machine's is not to be told to. */
async function startPodman(folder: string, registry: string) {
  const registries = join(folder, 'registries.conf');
  writeFileSync(registries, `[[registry]]\nlocation = "${registry}"\ninsecure = true\n`);
  const settings = join(folder, 'containers.conf');
  const runtime = existsSync('/usr/bin/crun') ? 'crun' : 'runc';
  writeFileSync(
    settings,
    `[engine]\nruntime = "${runtime}"\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n`,
  );
  const socket = join(folder, 'socket');
  const own = [
    '--root',
    join(folder, 'root'),
    '--runroot',
    join(folder, 'run'),
    '--tmpdir',
    join(folder, 'tmp'),
  ];
  const service = spawn('podman', [...own, 'system', 'service', '--time', '0', `unix://${socket}`], {
    env: { ...process.env, CONTAINERS_REGISTRIES_CONF: registries, CONTAINERS_CONF: settings },
    stdio: 'ignore',
  });
  const ended = new Promise((resolve) => service.once('exit', resolve));
  const endpoint = parseEndpoint(`unix://${socket}`, 'the test', { platform: process.platform });
  const deadline = Date.now() + 20_000;
  while ((await ping(endpoint).catch(() => undefined)) === undefined) {
    if (Date.now() > deadline || service.exitCode !== null) throw new Error('podman did not start');
    await wait(50);
  }
  const stop = async () => {
    service.kill('SIGKILL');
    await ended;
    // It leaves its storage mounted.
    spawnSync('umount', ['--recursive', join(folder, 'root', 'overlay')]);
  };
  return { docker: connectEngine(endpoint), stop };
}

it('Podman pulls an image and is given its files', {
  skip: skipWithout('podman', missing),
  timeout: 60_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'podman-'));
  await using registry = await serveRegistry({
    'library/plain:1': [
      { path: 'below', kind: 'file', mode: 0o644, from: { content: Buffer.from('below') } },
    ],
  });
  const podman = await startPodman(folder, registry.host);
  try {
    const told: string[] = [];
    const app = {
      name: 'app',
      programs: [],
      base: 'plain:1',
      files: [{ path: '/app/above', from: { content: 'above' } }],
    };
    const ensure = () =>
      ensureImages(
        podman.docker,
        [app, { ...app, files: [] }],
        { pull: true, tell: (text) => void told.push(text), signal: new AbortController().signal },
        {
          execPath: process.execPath,
          env: { ENVOY_LAB_REGISTRY: registry.host },
          platform: process.platform,
          owner: 'test',
        },
      );
    const refs = (await ensure()).map(({ ref }) => ref);
    assert.match(refs[0]!, /^localhost\/envoy-lab\/app:/);
    assert.equal(refs[1], `${registry.host}/library/plain:1`);
    assert.deepEqual(told, [`pull image ${registry.host}/library/plain:1`]);
    const layers = async (ref: string) => (await podman.docker.getImage(ref).inspect()).RootFS.Layers!.length;
    assert.deepEqual([await layers(refs[0]!), await layers(refs[1]!)], [2, 1]);
    assert.deepEqual(
      (await ensure()).map(({ ref }) => ref),
      refs,
    );
  } finally {
    await podman.stop();
    rmSync(folder, { recursive: true });
  }
});
