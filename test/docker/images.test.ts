import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, afterEach, before, it } from 'node:test';
import type Docker from 'dockerode';
import { dialectOf } from '../../src/runtime/docker/dialect.ts';
import { ensureImages } from '../../src/runtime/docker/images/ensure.ts';
import { linkedFolders } from '../../src/runtime/docker/images/layer.ts';
import { LibrarySearch } from '../../src/runtime/docker/images/libraries.ts';
import { programLayer } from '../../src/runtime/docker/images/program-layer.ts';
import { serveRegistry } from '../../src/runtime/docker/images/registry.fake.ts';
import { removeUnusedImages } from '../../src/runtime/docker/images/remove.ts';
import type { RootfsSpec } from '../../src/runtime/node-spec.ts';
import { onEngines, type TestEngine } from './engines.ts';

const folder = mkdtempSync(join(tmpdir(), 'images-'));
after(() => rmSync(folder, { recursive: true }));

const owner = `test-${process.pid}`;
const machine = { execPath: process.execPath, env: process.env, platform: process.platform, owner };
const node = { name: 'node', hostPath: process.execPath };
const base: RootfsSpec = { name: 'base', programs: [], files: [] };
const cat = ['/usr/bin/cat', '/bin/cat'].find((path) => existsSync(path))!;

/** An app whose only file has this text. */
function app(text: string, more: Partial<RootfsSpec> = {}): RootfsSpec {
  writeFileSync(join(folder, 'text'), text);
  const files = [{ path: '/app/text', from: { hostPath: join(folder, 'text') } }];
  return { name: 'app', programs: [node], files, ...more };
}

/** What was asked of an engine. */
interface Watched {
  readonly docker: Docker;
  /** Requests, whatever for. */
  requests: number;
  /** Bytes of each archive that was sent. */
  readonly loads: number[];
}

function watched(docker: Docker): Watched {
  const seen: Watched = { docker: Object.create(docker) as Docker, requests: 0, loads: [] };
  const modem = Object.create(docker.modem);
  modem.dial = (...words: readonly unknown[]) => {
    seen.requests++;
    return docker.modem.dial.apply(docker.modem, words as never);
  };
  Object.assign(seen.docker, {
    modem,
    loadImage: (archive: Readable, options: object) => {
      const index = seen.loads.push(0) - 1;
      const counted = Readable.from(
        (async function* () {
          for await (const part of archive) {
            seen.loads[index]! += (part as Buffer).length;
            yield part;
          }
        })(),
        { objectMode: false },
      );
      return docker.loadImage(counted, options);
    },
  });
  return seen;
}

await onEngines('images', (engine: TestEngine) => {
  const { docker } = engine;
  const told: string[] = [];
  const ensure = async (
    wanted: readonly RootfsSpec[],
    { pull = false, on = docker, env = {}, signal = new AbortController().signal } = {},
  ) => {
    const tell = (text: string) => void told.push(text);
    const refs = await ensureImages(
      on,
      wanted,
      { pull, tell, signal },
      { ...machine, env: { ...process.env, ...env } },
    );
    return refs.map(({ ref }) => ref);
  };
  const containers = new Set<Docker.Container>();
  const create = async (options: Docker.ContainerCreateOptions) => {
    const HostConfig = { ...dialectOf(engine.name).hostConfig, ...options.HostConfig };
    const Env = ['NODE_DISABLE_COLORS=1'];
    const container = await docker.createContainer({ Env, ...options, HostConfig });
    containers.add(container);
    return container;
  };
  /** Exit code and output of a command in a container of an image. */
  const run = async (Image: string, Cmd: readonly string[], options: Docker.ContainerCreateOptions = {}) => {
    const container = await create({ Image, Cmd: [...Cmd], Tty: true, ...options });
    await container.start();
    const { StatusCode } = (await container.wait()) as { StatusCode: number };
    const output = String(await container.logs({ stdout: true, stderr: true }));
    await container.remove();
    return { code: StatusCode, output: output.replaceAll('\r', '').trim() };
  };
  const layersOf = async (ref: string) => (await docker.getImage(ref).inspect()).RootFS.Layers ?? [];
  const isThere = (ref: string) =>
    docker
      .getImage(ref)
      .inspect()
      .then(
        () => true,
        () => false,
      );

  before(async () => {
    await ensure([base]);
  });
  afterEach(async () => {
    for (const container of containers) await container.remove({ force: true }).catch(() => undefined);
    containers.clear();
  });
  after(async () => {
    await engine.dispose();
    await removeUnusedImages(docker, owner);
    const left = await docker.listImages({ filters: { label: [`io.envoy-lab.image-owner=${owner}`] } });
    assert.deepEqual(left, []);
  });

  it('have node, a shell and the usual tools by their bare names', async () => {
    const [ref] = await ensure([base]);
    const script =
      'node -p 40+2 && sleep 0 && cat /etc/passwd | grep -c root && env | grep ^PATH && ls -ld /tmp | cut -c1-10 && ps >/dev/null && kill -0 1';
    assert.deepEqual(await run(ref!, ['sh', '-c', script]), {
      code: 0,
      output: '42\n1\nPATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\ndrwxrwxrwt',
    });
  });

  it('know users by name and by number', async () => {
    const [ref] = await ensure([base]);
    const users = { nobody: '65534', node: '1000', root: '0', '1234:55': '1234' };
    for (const [User, id] of Object.entries(users)) {
      const said = await run(ref!, ['sh', '-c', 'id -u && touch /tmp/x && node -p "process.getuid()"'], {
        User,
      });
      assert.deepEqual(said, { code: 0, output: `${id}\n${id}` }, User);
    }
  });

  it('look up names of a network', async () => {
    const [ref] = await ensure([base]);
    const network = await engine.network();
    const serve =
      "require('http').createServer((q, r) => r.end('from ' + require('os').hostname())).listen(80)";
    const options = (alias: string): Docker.ContainerCreateOptions => ({
      Hostname: alias,
      HostConfig: { NetworkMode: network },
      NetworkingConfig: { EndpointsConfig: { [network]: { Aliases: [alias] } } },
    });
    const server = await create({ Image: ref!, Cmd: ['node', '-e', serve], ...options('service1') });
    await server.start();
    const curl = existsSync('/usr/bin/curl')
      ? 'curl -sS --retry 9 --retry-connrefused http://service1/'
      : 'echo from service1';
    const lookUp = `node -e "require('dns').lookup('service1', (error, address) => console.log(error ?? typeof address))"`;
    const said = await run(
      ref!,
      ['sh', '-c', `${curl}; echo; ${lookUp}; getent hosts service1 | wc -l`],
      options('client'),
    );
    assert.deepEqual(said, { code: 0, output: 'from service1\nstring\n1' });
  });

  it('share their layers, and are not made twice', async () => {
    const wanted = [base, app('one')];
    const [baseRef, appRef] = await ensure(wanted);
    const layers = await layersOf(baseRef!);
    assert.equal(layers.length, 1);
    assert.deepEqual((await layersOf(appRef!)).slice(0, 1), layers);
    assert.deepEqual(await run(appRef!, ['cat', '/app/text']), { code: 0, output: 'one' });
    const again = watched(docker);
    told.length = 0;
    assert.deepEqual(await ensure(wanted, { on: again.docker }), [baseRef, appRef]);
    assert.deepEqual([again.requests, again.loads, told], [1, [], []]);
  });

  it('replace their earlier states, but not those in use; Docker is not sent what it has', async () => {
    const [first] = await ensure([app('first')]);
    const user = await create({ Image: first! });
    const [second] = await ensure([app('second')]);
    assert.ok(await isThere(first!), 'a container uses it');
    await user.remove();
    const third = watched(docker);
    const [last] = await ensure([app('third')], { on: third.docker });
    assert.deepEqual(
      [await isThere(first!), await isThere(second!), await isThere(last!)],
      [false, false, true],
    );
    if (engine.name === 'docker')
      assert.ok(third.loads.length === 1 && third.loads[0]! < 100_000, String(third.loads));
  });

  it('may be wanted by several at a time', async () => {
    const wanted = [app('by all'), app('by all', { name: 'other' })];
    const refs = await Promise.all([ensure(wanted), ensure(wanted), ensure(wanted)]);
    assert.deepEqual(refs[1], refs[0]);
    assert.deepEqual(refs[2], refs[0]);
    for (const ref of refs[0]!)
      assert.deepEqual(await run(ref, ['cat', '/app/text']), { code: 0, output: 'by all' });
  });

  it('take programs of the machine', async () => {
    const programs = [{ name: 'feline', hostPath: cat }];
    const [ref] = await ensure([app('meow', { name: 'zoo', programs })]);
    assert.deepEqual(await run(ref!, ['feline', '/app/text']), { code: 0, output: 'meow' });
    await assert.rejects(ensure([app('', { programs: [{ name: 'nosuchd' }] })]), {
      code: 'runtime',
      message:
        'image app cannot be made: nosuchd not found on this machine, and nothing says where to pull it from',
    });
  });

  it('put files on another image, where one is named', async () => {
    const [start] = await ensure([
      app('below', { name: 'start', files: [{ path: '/below', from: { content: 'below' } }] }),
    ]);
    const above = (text: string) =>
      app(text, { name: 'above', programs: [{ name: 'nosuchd' }], base: start!.replace(/^localhost\//, '') });
    const [ref] = await ensure([above('above')]);
    assert.deepEqual(await run(ref!, ['cat', '/below', '/app/text']), { code: 0, output: 'belowabove' });
    assert.deepEqual((await layersOf(ref!)).slice(0, 2), await layersOf(start!));
    assert.ok(
      ref!.startsWith(engine.name === 'podman' ? 'localhost/envoy-lab/above:' : 'envoy-lab/above:'),
      ref,
    );
    assert.deepEqual(await ensure([above('above')]), [ref]);
    const [next] = await ensure([above('changed')]);
    assert.deepEqual([await isThere(ref!), await isThere(next!)], [false, true]);
    const { Labels } = (await docker.getImage(next!).inspect()).Config;
    assert.equal(Labels['io.envoy-lab.image'], 'above');
    const left = await docker.listContainers({
      all: true,
      filters: { label: ['io.envoy-lab.image-building'] },
    });
    assert.deepEqual(left, []);
  });

  it('say why they cannot be pulled', async () => {
    const wanted = app('x', { base: '127.0.0.1:1/nosuch:1' });
    await assert.rejects(ensure([wanted], { pull: true }), {
      code: 'runtime',
      message:
        /^image 127\.0\.0\.1:1\/nosuch:1 cannot be pulled \(as asked for with --pull\): its registry cannot be reached: .*refused/,
      hint: /without network, images are assembled on Linux: leave out --pull/,
    });
  });

  it('are pulled from a registry', {
    skip:
      engine.name === 'podman' &&
      'Podman trusts no plain HTTP registry that its own configuration does not name',
  }, async () => {
    const links = Object.entries(linkedFolders).map(([path, target]) => ({
      path: path.slice(1),
      kind: 'link' as const,
      target,
    }));
    const entries = [...links, ...programLayer('cat', cat, [], new LibrarySearch()).entries()];
    await using registry = await serveRegistry({ 'library/cats:1': entries });
    const env = { ENVOY_LAB_REGISTRY: registry.host };
    const wanted = app('meow', { base: 'cats:1' });
    told.length = 0;
    try {
      const [ref] = await ensure([wanted], { pull: true, env });
      assert.deepEqual(told, [`pull image ${registry.host}/library/cats:1`]);
      assert.deepEqual(await run(ref!, ['cat', '/app/text']), { code: 0, output: 'meow' });
      const [plain] = await ensure([{ ...wanted, files: [] }], { pull: true, env });
      assert.equal(plain, `${registry.host}/library/cats:1`);
      const asked = registry.requests.length;
      await ensure([app('other', { programs: [{ name: 'nosuchd' }], base: 'cats:1' })], { env });
      assert.equal(registry.requests.length, asked, 'what is there is not asked for');
      await assert.rejects(ensure([app('', { base: 'dogs:1' })], { pull: true, env }), {
        code: 'runtime',
        message: /library\/dogs:1 cannot be pulled .*manifest unknown/,
        hint: /docker pull 127/,
      });
    } finally {
      await removeUnusedImages(docker, owner);
      await docker.getImage(`${registry.host}/library/cats:1`).remove();
    }
  });

  it('of a registry are pulled as they are', {
    skip:
      engine.name === 'podman' &&
      'Podman trusts no plain HTTP registry that its own configuration does not name',
  }, async () => {
    const entries = programLayer('cat', cat, [], new LibrarySearch()).entries();
    await using registry = await serveRegistry({ 'team/cats:latest': entries });
    const reference = `${registry.host}/team/cats`;
    const asItIs = (name: string): RootfsSpec => ({ name, programs: [], files: [], reference: name });
    told.length = 0;
    try {
      assert.deepEqual(await ensure([asItIs(reference), base]), [
        `${reference}:latest`,
        (await ensure([base]))[0],
      ]);
      // What is made of this machine's programs may have to be made anew: other tests remove images.
      assert.deepEqual(
        told.filter((text) => !text.startsWith('assemble image')),
        [`pull image ${reference}:latest`],
      );
      const asked = registry.requests.length;
      const env = { ENVOY_LAB_REGISTRY: registry.host };
      assert.deepEqual(await ensure([asItIs('team/cats')], { env }), [`${reference}:latest`]);
      assert.equal(registry.requests.length, asked, 'what is there is not asked for');
      await ensure([asItIs(reference)], { pull: true });
      assert.ok(registry.requests.length > asked);
      await assert.rejects(ensure([asItIs(`${registry.host}/team/dogs:2`)]), {
        code: 'runtime',
        message:
          /team\/dogs:2 cannot be pulled \(the container engine does not have it\): .*manifest unknown/,
        hint: /docker pull 127.*--image 127.*\/team\/dogs:2=http-app/,
      });
      await removeUnusedImages(docker, owner);
      assert.ok(await isThere(`${reference}:latest`), 'it is not ours to remove');
    } finally {
      await docker.getImage(`${reference}:latest`).remove();
    }
  });

  it('are given up when that is asked for', async () => {
    const stop = new AbortController();
    stop.abort();
    await assert.rejects(ensure([app('never')], { signal: stop.signal }), { code: 'interrupted' });
  });

  it('are removed when nothing uses them', async () => {
    const [used, unused] = await ensure([app('a', { name: 'used' }), app('a', { name: 'unused' })]);
    const user = await create({ Image: used! });
    const gone = await removeUnusedImages(docker, owner);
    assert.ok(gone.includes(unused!) && !gone.includes(used!));
    assert.deepEqual([await isThere(used!), await isThere(unused!)], [true, false]);
    await user.remove();
    assert.deepEqual(await removeUnusedImages(docker, owner), [used]);
  });
});
