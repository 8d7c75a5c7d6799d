import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { ContainerSpec, ReadyProbe } from '../../node-spec.ts';
import { container } from '../../specs.fake.ts';
import { readinessProbe } from './probe.ts';

const folder = mkdtempSync(join(tmpdir(), 'envoy-lab-test-'));
after(() => rmSync(folder, { recursive: true }));

const probe = (ready: ReadyProbe, engine?: string, rest: Partial<ContainerSpec> = {}) =>
  readinessProbe(container('app', [], { ready, ...(engine && { kind: 'engine', engine }), ...rest }));

describe('a readiness probe', () => {
  it('is the cluster’s own where there is one', () => {
    const times = { periodSeconds: 1, timeoutSeconds: 2 };
    assert.deepEqual(probe({ kind: 'tcp', port: 80 }), { tcpSocket: { port: 80 }, ...times });
    const httpGet = { path: '/ready', port: 8081 };
    assert.deepEqual(probe({ kind: 'http', ...httpGet }), { httpGet, ...times });
    assert.deepEqual(probe({ kind: 'http', ...httpGet, status: 204 }), { httpGet, ...times });
    const admin = { kind: 'admin', addressFile: '/a', address: { host: '0.0.0.0', port: 8081 } } as const;
    assert.deepEqual(probe(admin, 'envoy'), { httpGet, ...times });
    assert.deepEqual(probe({ kind: 'exec', argv: ['true', '$(x) $$ $HOME'] }), {
      exec: { command: ['true', '$$(x) $$$$ $HOME'] },
      periodSeconds: 1,
      timeoutSeconds: 5,
    });
  });

  it('is none where nothing can be asked', () => {
    assert.equal(probe({ kind: 'started' }), undefined);
    assert.equal(probe({ kind: 'log', pattern: 'up' }), undefined);
  });

  /** Runs the probe's command against a server that answers with this status. */
  async function ask(
    status: number,
    ready: (port: number, file: string) => ReadyProbe,
    engine?: string,
    rest: Partial<ContainerSpec> = {},
  ) {
    const server = createServer((request, response) => {
      response.statusCode = request.url === '/ready' ? status : 404;
      response.end('LIVE\n');
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const file = join(folder, "the admin's address");
    writeFileSync(file, `127.0.0.1:${port}`);
    const command = probe(ready(port, file), engine, rest)!.exec!.command!;
    // As the kubelet has it, which puts in no variable here.
    const [program = '', ...words] = command.map((word) => word.replaceAll('$$', '$'));
    const code = await new Promise<number>((resolve) => {
      execFile(program, words, (error) => resolve(error === null ? 0 : Number(error.code)));
    });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    return code;
  }

  const loopback = (port: number, addressFile: string): ReadyProbe => ({
    kind: 'admin',
    addressFile,
    address: { host: '127.0.0.1', port },
  });
  const written = (_port: number, addressFile: string): ReadyProbe => ({ kind: 'admin', addressFile });
  const teapot = (port: number): ReadyProbe => ({ kind: 'http', port, path: '/ready', status: 418 });

  for (const [what, ready, engine] of [
    ['an admin on the loopback, with node', loopback, 'ts'],
    ['an admin on the loopback, with bash', loopback, 'envoy'],
    ['an admin whose address is in a file, with node', written, 'ts'],
    ['an admin whose address is in a file, with bash', written, 'envoy'],
  ] as const) {
    it(`runs a command for ${what}`, async () => {
      assert.equal(await ask(200, ready, engine), 0);
      assert.equal(await ask(503, ready, engine), 1);
    });
  }

  it('runs a command for a status that the cluster takes for a failure', async () => {
    assert.equal(await ask(418, teapot), 0);
    assert.equal(await ask(200, teapot), 1);
  });

  it('asks for such a status with what the image has where it has no Node', async () => {
    const rootfs = { name: 'app', reference: 'example.com/app:1', programs: [], files: [] };
    assert.equal(await ask(418, teapot, undefined, { rootfs }), 0);
    assert.notEqual(await ask(200, teapot, undefined, { rootfs }), 0);
  });

  it('fails when no admin has written an address', async () => {
    for (const engine of ['ts', 'envoy']) {
      const none = (): ReadyProbe => ({ kind: 'admin', addressFile: join(folder, 'none') });
      assert.notEqual(await ask(200, none, engine), 0);
    }
  });
});
