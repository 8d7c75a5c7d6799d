import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { mintAuthority, mintCertificate } from '../../../cert/mint.ts';
import { LabError } from '../../../error.ts';
import { dockerPing, fakeEngine, podmanPing } from './engine.fake.ts';
import { engineAddresses, engineAt, findEngine, lookForEngine } from './find.ts';

describe('looking for an engine', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'envoy-lab-test-'));
    mkdirSync(join(home, 'podman'));
    mkdirSync(join(home, '.docker', 'run'), { recursive: true });
  });
  afterEach(() => rmSync(home, { recursive: true }));

  const here = (env: Record<string, string> = {}) => {
    return {
      env: { XDG_RUNTIME_DIR: home, ...env },
      home,
      uid: 1000,
      platform: 'linux' as const,
      root: join(home, 'root'),
    };
  };
  const at = (name: string, rest = {}) => here({ DOCKER_HOST: `unix://${join(home, name)}`, ...rest });

  it('takes the one that is named, and asks no other', async () => {
    await using _other = await fakeEngine(join(home, 'docker.sock'), () => assert.fail('it was asked'));
    await using _engine = await fakeEngine(join(home, 'mine.sock'), podmanPing);
    const { name, version, apiVersion, os, endpoint } = await findEngine(at('mine.sock'));
    assert.deepEqual(
      [name, version, apiVersion, os, endpoint.from],
      ['podman', '4.3.1', '1.41', 'linux', 'DOCKER_HOST'],
    );
  });

  it('says that the named one does not answer, and looks no further', async () => {
    await using _other = await fakeEngine(join(home, 'docker.sock'), dockerPing);
    await assert.rejects(findEngine(at('gone.sock')), {
      code: 'runtime',
      message: `no container engine answers at unix://${home}/gone.sock (DOCKER_HOST)`,
    });
    writeFileSync(join(home, 'file.sock'), '');
    await assert.rejects(findEngine(at('file.sock')), {
      code: 'runtime',
      message: /no container engine answers/,
    });
  });

  it('says that something else answers', async () => {
    await using _web = await fakeEngine(join(home, 'web.sock'), { server: 'nginx' });
    await assert.rejects(findEngine(at('web.sock')), {
      message: /what answers there is no container engine/,
    });
    await using _broken = await fakeEngine(join(home, 'broken.sock'), (response) =>
      response.writeHead(500).end(),
    );
    await assert.rejects(findEngine(at('broken.sock')), { message: /\(HTTP status 500\)/ });
  });

  it('says who may use a socket that is closed to this user', async () => {
    await using _engine = await fakeEngine(join(home, 'mine.sock'), dockerPing);
    await findEngine(at('mine.sock'));
    chmodSync(home, 0o755);
    chmodSync(join(home, 'mine.sock'), 0o600);
    const root = process.getuid!() === 0;
    if (root) process.seteuid!(65_534);
    else chmodSync(join(home, 'mine.sock'), 0);
    try {
      await assert.rejects(findEngine(at('mine.sock')), {
        code: 'runtime',
        message: /no permission to use unix:\/\/.*mine\.sock \(DOCKER_HOST\)/,
        hint: /usermod -aG docker/,
      });
    } finally {
      if (root) process.seteuid!(0);
    }
  });

  it('refuses engines that are too old', async () => {
    await using _docker = await fakeEngine(join(home, 'old.sock'), { ...dockerPing, 'api-version': '1.39' });
    await assert.rejects(findEngine(at('old.sock')), {
      message: /Docker 20\.10\.24 at .* is too old/,
      hint: /20\.10/,
    });
    const podman = { ...podmanPing, 'libpod-api-version': '3.4.4', server: 'Libpod/3.4.4 (linux)' };
    await using _podman = await fakeEngine(join(home, 'oldp.sock'), podman);
    await assert.rejects(findEngine(at('oldp.sock')), { message: /Podman 3\.4\.4/, hint: /4\.0/ });
  });

  it('refuses ssh, and says how to go about it', async () => {
    await assert.rejects(findEngine(here({ DOCKER_HOST: 'ssh://me@far' })), {
      code: 'usage',
      hint: /ssh -nNT -L .* me@far,/,
    });
  });

  it('takes the first that answers, when none is named', async () => {
    await using _podman = await fakeEngine(join(home, 'podman', 'podman.sock'), podmanPing);
    await using _desktop = await fakeEngine(join(home, '.docker', 'run', 'docker.sock'), dockerPing);
    const { found, looked } = await lookForEngine(here());
    assert.ok(!(found instanceof LabError));
    assert.equal(found.endpoint.url, `unix://${home}/.docker/run/docker.sock`);
    const seen = looked.map(({ endpoint, outcome }) => [
      endpoint.from,
      outcome === 'absent' ? outcome : 'asked',
    ]);
    assert.deepEqual(seen.slice(-2), [
      ["rootless Docker's socket", 'absent'],
      ["Docker Desktop's socket", 'asked'],
    ]);
  });

  it('says what it looked at when nothing answers', async () => {
    const { found } = await lookForEngine(here());
    assert.ok(found instanceof LabError);
    assert.equal(found.message, 'no container engine answers');
    assert.match(
      found.hint ?? '',
      /DOCKER_HOST; looked at \/\S+\/var\/run\/docker\.sock, .*\/run\/podman\/podman\.sock$/,
    );
  });

  it('tells in place of that what is wrong with one that is there', async () => {
    writeFileSync(join(home, 'docker.sock'), '');
    const { found } = await lookForEngine(here());
    assert.match(
      String(found),
      /no container engine answers at unix:\/\/.*\/docker\.sock \(rootless Docker's socket\)/,
    );
  });

  it('finds one that was written down, wherever DOCKER_HOST points by now', async () => {
    await using _engine = await fakeEngine(join(home, 'mine.sock'), dockerPing);
    const { endpoint } = await engineAt(at('gone.sock'), `unix://${home}/mine.sock`);
    assert.equal(endpoint.url, `unix://${home}/mine.sock`);
    await assert.rejects(engineAt(here(), `unix://${home}/gone.sock`), { message: /\(the lab's record\)/ });
  });

  it('lists the addresses of all, each engine once', async () => {
    await using _podman = await fakeEngine(join(home, 'podman', 'podman.sock'), podmanPing);
    await using _docker = await fakeEngine(join(home, 'docker.sock'), dockerPing);
    symlinkSync(join(home, 'docker.sock'), join(home, 'link.sock'));
    const [link, gone] = [`unix://${home}/link.sock`, 'unix:///gone.sock'];
    const podman = `unix://${home}/podman/podman.sock`;
    assert.deepEqual(await engineAddresses(here(), [link, gone]), [link, gone, podman]);
    assert.deepEqual(await engineAddresses(at('docker.sock'), []), [`unix://${home}/docker.sock`]);
    assert.deepEqual(await engineAddresses(at('gone.sock'), [gone]), [gone]);
    assert.deepEqual(await engineAddresses(here({ DOCKER_HOST: 'foo://' }), [gone]), [gone]);
  });
});

describe('an engine behind TCP', () => {
  const ca = mintAuthority('ca', new Date());
  const pair = (name: string) => mintCertificate({ names: [name], days: 1 }, ca, new Date());
  const here = (env: Record<string, string>) => ({
    env,
    home: undefined,
    uid: 1000,
    platform: 'linux' as const,
  });

  it('answers in plain text', async () => {
    await using engine = await fakeEngine(createServer(), dockerPing);
    const found = await findEngine(here({ DOCKER_HOST: `tcp://127.0.0.1:${engine.port}` }));
    assert.equal(found.endpoint.url, `tcp://127.0.0.1:${engine.port}`);
    await using web = await fakeEngine(createServer(), dockerPing);
    const env = {
      DOCKER_HOST: `tcp://127.0.0.1:${web.port}`,
      DOCKER_TLS_VERIFY: '1',
      DOCKER_CERT_PATH: '/gone',
    };
    await assert.rejects(findEngine(here(env)), {
      code: 'runtime',
      message: /no container engine answers at tcp/,
    });
  });

  it('answers a client it knows by TLS', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'envoy-lab-test-'));
    try {
      const client = pair('client');
      const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
      write('ca.pem', ca.cert);
      write('cert.pem', client.cert);
      write('key.pem', client.key);
      const server = createTlsServer({ ...pair('127.0.0.1'), ca: ca.cert, requestCert: true });
      await using engine = await fakeEngine(server, dockerPing);
      const env = {
        DOCKER_HOST: `tcp://127.0.0.1:${engine.port}`,
        DOCKER_TLS_VERIFY: '1',
        DOCKER_CERT_PATH: folder,
      };
      assert.equal((await findEngine(here(env))).version, '20.10.24');

      await assert.rejects(findEngine(here({ DOCKER_HOST: env.DOCKER_HOST })), {
        hint: /set DOCKER_TLS_VERIFY=1/,
      });
      write('ca.pem', mintAuthority('another', new Date()).cert);
      await assert.rejects(findEngine(here(env)), { hint: /ca\.pem .* must be of the authority/ });
      const { DOCKER_TLS_VERIFY: _, ...unverified } = { ...env, DOCKER_TLS: '1' };
      assert.equal((await findEngine(here(unverified))).version, '20.10.24');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
