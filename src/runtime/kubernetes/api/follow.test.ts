import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { FakeApiServer } from '../api-server.fake.ts';
import { Api } from './api.ts';
import { type Change, follow } from './follow.ts';
import type { KubeObject } from './objects.ts';

const pods = '/api/v1/namespaces/ns/pods';

describe('following a collection', () => {
  let server: FakeApiServer;
  let api: Api;
  let over: AbortController;
  let changes: Change<KubeObject>[];
  let following: Promise<void>;

  beforeEach(async () => {
    server = new FakeApiServer();
    await server.listen();
    api = new Api(server.access);
    over = new AbortController();
    changes = [];
    following = (async () => {
      const options = { path: pods, query: {}, signal: over.signal, patienceMs: 2000 };
      for await (const change of follow(api, options)) changes.push(change);
    })();
    following.catch(() => {});
  });
  afterEach(async () => {
    over.abort();
    api.close();
    await server.close();
  });

  const until = async (reached: () => boolean, what: string) => {
    for (const deadline = Date.now() + 10_000; !reached(); await delay(2))
      assert.ok(Date.now() < deadline, `${what}: not in time`);
  };
  /** How long so many watches one after the other take that each end as soon as they are there, in ms. */
  const ended = async (times: number, end: () => void) => {
    const begun = performance.now();
    for (let time = 0; time < times; time++) {
      await until(() => server.watches === 1, `watch ${time + 1}`);
      end();
    }
    return performance.now() - begun;
  };
  const put = (name: string) => server.put(`${pods}/${name}`, { kind: 'Pod', metadata: { name } });

  it('waits longer and longer for a watch that ends at once', async () => {
    // At once, 250 ms, 500 ms.
    const taken = await ended(4, () => server.endWatches());
    assert.ok(taken > 740, `${taken} ms`);
  });

  it('does not wait any longer when nobody wants it any more', async () => {
    let opened = 0;
    const stub = {
      get: async () => ({ metadata: {}, items: [] }),
      stream: async () => Readable.from(opened++ < 4 ? [] : assert.fail('opened once more')),
    } as unknown as Api;
    const stop = new AbortController();
    const options = { path: pods, query: {}, signal: stop.signal, patienceMs: 2000 };
    const ending = (async () => {
      for await (const { kind } of follow(stub, options)) assert.equal(kind, 'all');
    })();
    await until(() => opened === 4, 'the fourth watch');
    // By then it waits for 1 s.
    for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
    const begun = performance.now();
    stop.abort();
    await ending;
    assert.ok(performance.now() - begun < 500);
  });

  it('does the same when all that it lists is too old', async () => {
    const expired = { status: 410, reason: 'Expired', message: 'too old resource version' };
    const taken = await ended(4, () => server.failWatches(expired));
    assert.ok(taken > 740, `${taken} ms`);
    assert.ok(changes.length >= 4 && changes.every(({ kind }) => kind === 'all'));
  });

  it('does not wait behind watches that have shown something', async () => {
    let count = 0;
    const taken = await ended(4, () => {
      put(`a-${++count}`);
      server.endWatches();
    });
    assert.ok(taken < 700, `${taken} ms`);
    await until(() => changes.length === 5, 'the last change');
  });

  it('lists anew when a watch tells an error of another kind', async () => {
    await until(() => server.watches === 1, 'the watch');
    server.failWatches({ status: 500, reason: 'InternalError', message: 'etcd: corrupt' });
    await until(() => changes.length === 2 && server.watches === 1, 'the second list');
    put('b');
    await until(() => changes.length === 3, 'the change behind it');
    assert.deepEqual(
      changes.map(({ kind }) => kind),
      ['all', 'all', 'changed'],
    );
  });

  it('ends with an error when that stays, and at once when it is not allowed', async () => {
    await until(() => server.watches === 1, 'the watch');
    server.refuse = () => ({ status: 500, message: 'etcd is away' });
    server.endWatches();
    await assert.rejects(following, { status: 500, message: 'etcd is away' });
    const options = { path: pods, query: {}, signal: over.signal, patienceMs: 60_000 };
    server.refuse = () => ({ status: 403, message: 'no' });
    await assert.rejects(follow(api, options).next(), { status: 403 });
  });
});
