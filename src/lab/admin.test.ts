import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import type { RunningLab } from '../runtime/runtime.ts';
import { adminGet } from './admin.ts';

/** What `adminGet` makes of an admin interface that answers with this. */
async function asked(status: number, body: string): Promise<string> {
  const server = createServer((_request, response) => response.writeHead(status).end(body));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const dial = async () => ({ host: '127.0.0.1', port, [Symbol.asyncDispose]: async () => {} });
  const admin = { node: 'proxy-1', container: 'envoy', port: 9901 };
  try {
    const lab = { dial } as unknown as RunningLab;
    return await adminGet(lab, admin, '/stats?filter=a(', new AbortController().signal);
  } finally {
    server.close();
  }
}

describe('adminGet', () => {
  it('answers with the body', async () => assert.equal(await asked(200, 'a: 1\n'), 'a: 1\n'));

  it('tells a wrong question from an interface that fails', async () => {
    await assert.rejects(asked(400, 'Invalid re2 regex: missing ): a(\n'), {
      code: 'usage',
      message:
        'the admin interface of proxy-1/envoy refuses GET /stats?filter=a(: Invalid re2 regex: missing ): a(',
    });
    await assert.rejects(asked(503, 'draining\n'), {
      code: 'runtime',
      message: /does not answer: 503 to GET/,
    });
  });
});
