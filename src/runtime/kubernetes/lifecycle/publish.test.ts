import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { PublishSpec } from '../../node-spec.ts';
import type { ObservedPort } from '../../runtime.ts';
import { container, node } from '../../specs.fake.ts';
import { Api } from '../api/api.ts';
import { FakeApiServer } from '../api-server.fake.ts';
import { identity } from '../identity.fake.ts';
import { listLab } from '../list.ts';
import type { LabAt } from '../place.ts';
import { labRecord } from '../records.ts';
import { createNodes } from './create.ts';
import { publishPorts } from './publish.ts';

describe('published ports that somebody takes before they are opened', () => {
  let server: FakeApiServer;
  let lab: LabAt;

  beforeEach(async () => {
    server = new FakeApiServer();
    await server.listen();
    const api = new Api(server.access);
    lab = { api, identity, namespace: 'ns', ownsNamespace: false };
    await api.json('POST', '/api/v1/namespaces/ns/configmaps', { body: labRecord(identity, 1) });
  });
  afterEach(async () => {
    lab.api.close();
    await server.close();
  });

  const records = async () => (await listLab(lab))!.nodes.map(({ record }) => record);
  const publish = (pinned: boolean): PublishSpec[] => [
    { name: 'http', port: 80, protocol: 'tcp', hostPort: 0, pinned: false },
    { name: 'admin', port: 8081, protocol: 'tcp', hostPort: 0, pinned },
  ];
  /** Refuses the node's second port this often, and then none. */
  const refusing = (times: number) => {
    const asked: (readonly ObservedPort[])[] = [];
    const open = async (ports: readonly ObservedPort[]) => {
      asked.push(ports);
      return asked.length <= times ? [ports[1]!.hostPort] : [];
    };
    return { asked, open };
  };

  it('give way to others, and the node says so', async () => {
    await createNodes(
      lab,
      [node('web', [container('app', ['sleep', '1'])], { publish: publish(false) })],
      {},
    );
    const [before] = await records();
    const opener = refusing(2);
    const published = await publishPorts(lab, opener, [before!]);
    assert.equal(opener.asked.length, 3);
    const [http, admin] = published;
    assert.deepEqual(http, before!.published[0]);
    assert.notEqual(admin!.hostPort, before!.published[1]!.hostPort);
    assert.equal(admin!.moved, 'taken');
    assert.deepEqual((await records())[0]!.published, published);
  });

  it('are an error when they are pinned, or all that are tried are taken', async () => {
    await createNodes(lab, [node('web', [container('app', ['sleep', '1'])], { publish: publish(true) })], {});
    const nodes = await records();
    const taken = { code: 'runtime', message: /^port \d+\/tcp on 127\.0\.0\.1 is taken by / };
    await assert.rejects(publishPorts(lab, refusing(1), nodes), taken);
    const free = nodes.map((record) => ({
      ...record,
      spec: { ...record.spec, publish: publish(false) },
    }));
    await assert.rejects(publishPorts(lab, refusing(100), free), taken);
  });
});
