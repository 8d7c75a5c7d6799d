import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Api } from './api/api.ts';
import type { Pod } from './api/objects.ts';
import { FakeApiServer } from './api-server.fake.ts';
import { identity } from './identity.fake.ts';
import { label } from './labels.ts';
import { followOne } from './logs.ts';

const pods = '/api/v1/namespaces/ns/pods';

const pod: Pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web-1', labels: { [label.lab]: 'trial' } },
  spec: { containers: [{ name: 'app', image: 'node' }] },
  status: { containerStatuses: [{ name: 'app', ready: true, state: { running: {} } }] },
};

describe('following a log', { timeout: 20_000 }, () => {
  it('shows each line once over ends of the stream, whatever time zone the machine writes in', async () => {
    const server = new FakeApiServer();
    await server.listen();
    const api = new Api(server.access);
    const over = new AbortController();
    const asked: (string | null)[] = [];
    server.put(`${pods}/web-1`, pod);
    server.texts.set(
      `${pods}/web-1/log`,
      [
        '2026-03-01T09:00:00.5+09:00 one',
        '2026-03-01T09:00:00.500000000+09:00 at the same moment',
        '2026-02-28T19:00:01.000000001-05:00 three',
        '2026-03-01T09:00:00.700000000+09:00 by a clock that was set back',
        '2026-03-01T00:00:02Z last',
        '',
      ].join('\n'),
    );
    server.refuse = (_, path, url) => {
      if (!path.endsWith('/log')) return undefined;
      asked.push(url.searchParams.get('sinceTime'));
      // By then the second stream, which has the same lines, has been read.
      if (asked.length === 3) over.abort();
      return undefined;
    };
    try {
      const lab = { api, identity, namespace: 'ns', ownsNamespace: true };
      const source = { node: 'web-1', container: 'app', pod: 'web-1' };
      const lines = [];
      for await (const line of followOne(lab, source, {}, over.signal)) lines.push(line);
      assert.deepEqual(
        lines.map(({ text }) => text),
        ['one', 'at the same moment', 'three', 'by a clock that was set back', 'last'],
      );
      assert.equal(lines[0]!.time, Date.parse('2026-03-01T00:00:00.500Z'));
      assert.deepEqual(asked, [null, ...Array(2).fill('2026-03-01T00:00:02.000000000Z')]);
    } finally {
      api.close();
      await server.close();
    }
  });
});
