import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { ContainerSpec } from '../../../runtime/node-spec.ts';
import { container } from '../../../runtime/specs.fake.ts';
import { healthcheckOf } from './healthcheck.ts';

const test = (rest: Partial<ContainerSpec>) => healthcheckOf(container('app', ['app'], rest))?.test;

describe('a health check of Compose', () => {
  it('asks for a path as it is written, also in the shell of an image without Node', () => {
    const rootfs = { name: 'app', reference: 'example.com/app:1', programs: [], files: [] };
    const url = `'http://127.0.0.1:8080/ok?a=1&b='\\''2'\\'''`;
    assert.deepEqual(test({ rootfs, ready: { kind: 'http', port: 8080, path: "/ok?a=1&b='2'" } }), [
      'CMD-SHELL',
      `wget -q -O /dev/null ${url} || curl -fsS -o /dev/null ${url}`,
    ]);
  });

  it('asks for the status that is wanted in the shell of an image without Node', async () => {
    const rootfs = { name: 'app', reference: 'example.com/app:1', programs: [], files: [] };
    const server = createServer((request, response) => {
      response.statusCode = request.url === '/tea' ? 418 : 200;
      response.end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const bin = mkdtempSync(join(tmpdir(), 'envoy-lab-test-'));
    try {
      // With curl and without.
      for (const name of ['wget', 'grep', 'head', 'sh'])
        symlinkSync(execFileSync('which', [name]).toString().trim(), join(bin, name));
      const code = (path: string, env: NodeJS.ProcessEnv) =>
        new Promise<number>((resolve) => {
          const [kind, words = ''] = test({ rootfs, ready: { kind: 'http', port, path, status: 418 } })!;
          assert.equal(kind, 'CMD-SHELL');
          execFile('sh', ['-c', words], { env }, (error) => resolve(error === null ? 0 : Number(error.code)));
        });
      for (const env of [process.env, { PATH: bin }]) {
        assert.equal(await code('/tea', env), 0);
        assert.equal(await code('/', env), 1);
      }
    } finally {
      server.close();
      rmSync(bin, { recursive: true });
    }
  });

  it('is none of a job, and of what is ready as soon as it runs', () => {
    assert.equal(test({}), undefined);
    assert.equal(test({ once: true, ready: { kind: 'tcp', port: 1 } }), undefined);
  });
});
