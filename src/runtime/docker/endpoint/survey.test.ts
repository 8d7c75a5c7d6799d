import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { dockerPing, fakeEngine, podmanPing } from './engine.fake.ts';
import { surveyEngines } from './survey.ts';

it('lists every place where an engine may be, and what is there', async () => {
  const home = mkdtempSync(join(tmpdir(), 'envoy-lab-test-'));
  try {
    const socket = (name: string) => `unix://${join(home, name)}`;
    const context = (name: string, Host: string) => {
      const id = createHash('sha256').update(name).digest('hex');
      const folder = join(home, '.docker', 'contexts', 'meta', id);
      mkdirSync(folder, { recursive: true });
      writeFileSync(
        join(folder, 'meta.json'),
        JSON.stringify({ Name: name, Endpoints: { docker: { Host } } }),
      );
    };
    context('far', 'tcp://192.0.2.1:2376');
    context('mine', socket('mine.sock'));
    context('wrong', 'foo://x');
    await using _mine = await fakeEngine(join(home, 'mine.sock'), dockerPing);
    mkdirSync(join(home, 'podman'));
    await using _podman = await fakeEngine(join(home, 'podman', 'podman.sock'), podmanPing);
    writeFileSync(join(home, 'docker.sock'), '');
    const around = { home, uid: 1000, platform: 'linux' as const, root: join(home, 'root') };
    const env = { XDG_RUNTIME_DIR: home, DOCKER_HOST: socket('mine.sock') };

    const places = await surveyEngines({ ...around, env });
    const of = (address: string) => places.find((place) => place.address === address);
    assert.equal(places.length, new Set(places.map(({ address }) => address)).size);
    const named = { address: socket('mine.sock'), from: 'DOCKER_HOST', available: true };
    assert.deepEqual({ ...places[0], detail: undefined }, { ...named, detail: undefined });
    assert.match(places[0]!.detail, /Docker 20\.10\.24$/);
    assert.match(of(socket('podman/podman.sock'))!.detail, /Podman 4\.3\.1$/);
    assert.match(of(socket('docker.sock'))!.detail, /no container engine answers/);
    assert.equal(of(socket('root/var/run/docker.sock'))!.detail, 'not there');
    assert.deepEqual(
      [of('tcp://192.0.2.1:2376')!.from, of('tcp://192.0.2.1:2376')!.detail],
      ['context far', 'not asked'],
    );
    assert.match(of('')!.detail, /foo/);

    const [first] = await surveyEngines({ ...around, env: { ...env, DOCKER_HOST: 'foo://y' } });
    assert.deepEqual([first?.available, first?.from], [false, 'DOCKER_HOST or a context']);
    assert.match(first!.detail, /DOCKER_HOST is "foo:\/\/y"/);
  } finally {
    rmSync(home, { recursive: true });
  }
});
