import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { mintAuthority, mintCertificate } from '../../../cert/mint.ts';
import { connectEngine } from './connect.ts';
import { parseEndpoint } from './endpoint.ts';
import { dockerPing, fakeEngine } from './engine.fake.ts';

const platform = 'linux' as const;

it('connects to the engine it is told, whatever DOCKER_HOST says', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'envoy-lab-test-'));
  const { DOCKER_HOST } = process.env;
  try {
    await using _engine = await fakeEngine(join(folder, 'x.sock'), dockerPing);
    for (const elsewhere of ['tcp://127.0.0.1:1', 'tcp://not an address']) {
      process.env.DOCKER_HOST = elsewhere;
      const docker = connectEngine(parseEndpoint(`unix://${folder}/x.sock`, 'test', { platform }));
      assert.equal(String(await docker.ping()), 'OK');
      assert.equal(process.env.DOCKER_HOST, elsewhere);
    }
  } finally {
    if (DOCKER_HOST === undefined) delete process.env.DOCKER_HOST;
    else process.env.DOCKER_HOST = DOCKER_HOST;
    rmSync(folder, { recursive: true });
  }
});

it('connects by TLS, to whom it can verify or to anyone', async () => {
  const ca = mintAuthority('ca', new Date());
  const pair = (name: string) => mintCertificate({ names: [name], days: 1 }, ca, new Date());
  const server = createServer({ ...pair('127.0.0.1'), ca: ca.cert, requestCert: true });
  await using engine = await fakeEngine(server, dockerPing);
  const connect = (tls: { ca?: string; verify: boolean }) =>
    connectEngine(
      parseEndpoint(`tcp://127.0.0.1:${engine.port}`, 'test', {
        platform,
        tls: { ...pair('client'), ...tls },
      }),
    );
  assert.equal(String(await connect({ ca: ca.cert, verify: true }).ping()), 'OK');
  assert.equal(String(await connect({ verify: false }).ping()), 'OK');
  await assert.rejects(connect({ verify: true }).ping(), /certificate/);
});
