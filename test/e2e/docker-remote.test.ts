import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { createServer as createTlsServer, Server as TlsServer } from 'node:tls';
import { mintAuthority, mintCertificate } from '../../src/cert/mint.ts';
import { CommandLine } from './command-line.ts';
import { EngineObjects } from './engine-objects.ts';
import { places } from './places.ts';

const program = join(import.meta.dirname, '../../bin/envoy-lab.js');
const docker = (await places()).find(({ name }) => name === 'docker')!;
const url = docker.env.DOCKER_HOST!;

/** An engine behind TCP: what comes in is passed on to the machine's own. */
async function forward(server: Server): Promise<AsyncDisposable & { readonly port: number }> {
  const sockets = new Set<Socket>();
  const pass = (client: Socket) => {
    const engine = connect({ path: url.slice('unix://'.length), allowHalfOpen: true });
    for (const [from, to] of [
      [client, engine],
      [engine, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy());
      from.pipe(to);
    }
  };
  server.on(server instanceof TlsServer ? 'secureConnection' : 'connection', pass);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** One short life: what needs requests, streams and raw connections of the engine. */
async function live(cli: CommandLine, address: string): Promise<void> {
  const owner = cli.env.ENVOY_LAB_OWNER!;
  const lab = `far-${owner.slice(-6).toLowerCase()}`;
  const folder = cli.sandbox(lab, {
    'sandbox.yaml': `name: ${lab}\nnodes:\n  web:\n    containers:\n      app: { command: [sh, -c, "exec sleep 1000"] }\n`,
  });
  const up = await cli.run(['up', folder]);
  assert.equal(up.code, 0, up.stderr);
  assert.match(
    up.stderr,
    new RegExp(`^runtime docker, docker: the default \\(Docker \\S+ at ${address}\\)`, 'm'),
  );
  const child = spawn(process.execPath, [program, 'exec', '-i', 'web', 'cat'], {
    env: cli.env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end('there and back\n');
  assert.equal(await text(child.stdout), 'there and back\n');
  assert.equal(await cli.ok('down'), `${lab} is down\n`);
  assert.deepEqual(await new EngineObjects(url, owner).list(), []);
  await cli.assertClean();
}

describe('an engine behind TCP', { skip: docker.skip }, () => {
  it('is reached in plain text by DOCKER_HOST', async () => {
    await using engine = await forward(createServer({ allowHalfOpen: true }));
    const address = `tcp://127.0.0.1:${engine.port}`;
    await using cli = new CommandLine({ DOCKER_HOST: address, ENVOY_LAB_RUNTIME: '' });
    await live(cli, address);
  });

  it('is reached by TLS with what its context has', async () => {
    const ca = mintAuthority('ca', new Date());
    const pair = (name: string) => mintCertificate({ names: [name], days: 1 }, ca, new Date());
    const server = createTlsServer({
      ...pair('127.0.0.1'),
      ca: ca.cert,
      allowHalfOpen: true,
      requestCert: true,
      rejectUnauthorized: true,
    });
    await using engine = await forward(server);
    const address = `tcp://127.0.0.1:${engine.port}`;
    await using cli = new CommandLine({ DOCKER_CONTEXT: 'far', ENVOY_LAB_RUNTIME: '' });
    const id = createHash('sha256').update('far').digest('hex');
    const write = (file: string, content: string) => {
      mkdirSync(join(cli.home, '.docker/contexts', file, '..'), { recursive: true });
      writeFileSync(join(cli.home, '.docker/contexts', file), content);
    };
    const meta = {
      Name: 'far',
      Metadata: {},
      Endpoints: { docker: { Host: address, SkipTLSVerify: false } },
    };
    const client = pair('client');
    write(`meta/${id}/meta.json`, JSON.stringify(meta));
    write(`tls/${id}/docker/ca.pem`, ca.cert);
    write(`tls/${id}/docker/cert.pem`, client.cert);
    write(`tls/${id}/docker/key.pem`, client.key);
    await live(cli, address);
  });
});
