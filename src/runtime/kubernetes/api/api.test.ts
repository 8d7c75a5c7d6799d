import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { FakeApiServer } from '../api-server.fake.ts';
import { Absence } from './absence.ts';
import { Api } from './api.ts';
import { formatRights, missingRights, namespaceRights } from './rights.ts';

const maps = '/api/v1/namespaces/ns/configmaps';
const map = { kind: 'ConfigMap', metadata: { name: 'a' } };

describe('asking an API server', () => {
  let server: FakeApiServer;
  let api: Api;
  beforeEach(async () => {
    server = new FakeApiServer();
    await server.listen();
    api = new Api(server.access);
  });
  afterEach(async () => {
    api.close();
    await server.close();
  });
  /** Refuses so many requests. */
  const refuse = (times: number, refusal: { status: number; retryAfter?: number }) => {
    let left = times;
    server.refuse = () => (left-- > 0 ? refusal : undefined);
  };

  it('asks again when the server is busy', async () => {
    for (const status of [429, 502, 503, 504]) {
      refuse(2, { status });
      await api.get(maps);
    }
    refuse(1, { status: 429 });
    await api.json('POST', maps, { body: map });
  });

  it('asks again when the server says, and not before', async () => {
    refuse(1, { status: 500, retryAfter: 1 });
    const begun = performance.now();
    await api.get(maps);
    assert.ok(performance.now() - begun > 990);
    refuse(1, { status: 429, retryAfter: 60 });
    await assert.rejects(api.get(maps), { status: 429 });
  });

  it('does not ask again for what stays wrong, nor for what may have been done', async () => {
    refuse(1, { status: 500 });
    await assert.rejects(api.get(maps), { status: 500 });
    refuse(1, { status: 503 });
    await assert.rejects(api.json('POST', maps, { body: map }), { status: 503 });
    refuse(0, { status: 0 });
    server.lose = () => true;
    await assert.rejects(api.json('POST', maps, { body: map }), { code: 'ECONNRESET' });
    assert.equal(server.requests.filter((request) => request.startsWith('POST')).length, 2);
  });

  it('knows what it has made when an answer was lost', async () => {
    let lost = 0;
    server.lose = (method) => method === 'POST' && lost++ === 0;
    const made = await api.json('POST', maps, { body: map, isMade: () => true });
    assert.equal((made as typeof map).metadata.name, 'a');
    lost = 0;
    await assert.rejects(api.json('POST', maps, { body: map, isMade: () => false }), { status: 409 });
  });

  it('has one patience with a server that is away', async () => {
    await server.close();
    await assert.rejects(api.get(maps, { patienceMs: 600 }), { code: 'ECONNREFUSED' });
    const begun = performance.now();
    await assert.rejects(api.get(maps, { patienceMs: 600 }), { code: 'ECONNREFUSED' });
    assert.ok(performance.now() - begun < 300);
  });

  it('says that what answers is no API server', async () => {
    const other = createServer((_request, response) => response.end('<html>log in</html>'));
    await once(other.listen(0, '127.0.0.1'), 'listening');
    const { port } = other.address() as AddressInfo;
    const wrong = new Api({ ...server.access, server: `http://127.0.0.1:${port}` });
    await assert.rejects(wrong.get(maps), { code: 'runtime', message: /is no Kubernetes API server/ });
    wrong.close();
    other.close();
  });

  it('tells the rights that are missing', async () => {
    assert.deepEqual(await missingRights(api, 'ns', namespaceRights), []);
    server.rules = [
      { verbs: ['get', 'list'], apiGroups: [''], resources: ['namespaces'] },
      { verbs: ['*'], apiGroups: [''], resources: ['namespaces'], resourceNames: ['mine'] },
    ];
    // What rules do not show may be allowed all the same.
    assert.deepEqual(await missingRights(api, 'ns', namespaceRights), []);
    server.may = (verb) => verb !== 'delete';
    const missing = await missingRights(api, 'ns', namespaceRights);
    assert.equal(formatRights(missing), 'delete of namespaces');
    server.refuse = () => ({ status: 403, message: 'no' });
    assert.deepEqual(await missingRights(api, 'ns', namespaceRights), []);
    server.refuse = () => ({ status: 401, message: 'who?' });
    await assert.rejects(missingRights(api, 'ns', namespaceRights), { status: 401 });
  });
});

it('an absence lasts over calls, and is over when nobody asked for a while', () => {
  const absence = new Absence();
  assert.equal(absence.since(1000, 1100), 1000);
  assert.equal(absence.since(1500, 1600), 1000);
  assert.equal(absence.since(9000, 9100), 9000);
  absence.over();
  assert.equal(absence.since(9200, 9300), 9200);
});
