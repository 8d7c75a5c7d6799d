import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Api } from '../api/api.ts';
import { FakeApiServer } from '../api-server.fake.ts';
import { identity } from '../identity.fake.ts';
import { label } from '../labels.ts';
import { removeLab } from './remove.ts';

const services = '/api/v1/namespaces/ns/services';

describe('taking a lab away from a shared namespace', { timeout: 20_000 }, () => {
  it('names what stays when its time is over, and leaves the rest of the namespace alone', async () => {
    const server = new FakeApiServer();
    await server.listen();
    const api = new Api(server.access);
    const labels = { [label.lab]: 'trial' };
    // As one that a finalizer holds: it is deleted, and stays.
    server.put(`${services}/held`, { metadata: { name: 'held', labels } });
    server.put(`${services}/other`, { metadata: { name: 'other' } });
    const drop = server.drop.bind(server);
    server.drop = (path) => path.endsWith('/held') || drop(path);
    try {
      const lab = { api, identity, namespace: 'ns', ownsNamespace: false };
      await assert.rejects(removeLab(lab, { goneMs: 200 }), {
        code: 'runtime',
        message: 'lab trial: in namespace ns this does not go away: Service held',
        hint: /kubectl -n ns get Service held/,
      });
      server.drop = drop;
      await removeLab(lab);
      assert.deepEqual(server.paths(), [`${services}/other`]);
    } finally {
      api.close();
      await server.close();
    }
  });
});
