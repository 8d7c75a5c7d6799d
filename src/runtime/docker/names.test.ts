import assert from 'node:assert/strict';
import { it } from 'node:test';
import { containerName, holderName, type Mark, markOf, networkName } from './names.ts';

it('names objects after lab, node and container', () => {
  assert.equal(networkName('shop', 'default'), 'shop.default');
  assert.equal(holderName('shop', 'web-1'), 'shop.web-1');
  assert.equal(containerName('shop', 'web-1', 'app'), 'shop.web-1.app');
});

it('reads from a name what was written into it', () => {
  const marks: Mark[] = [{ kind: 'stopped' }, { kind: 'old' }, { kind: 'failed', exitCode: 127 }];
  for (const mark of marks) assert.deepEqual(markOf(`/${containerName('shop', 'web-1', 'app', mark)}`), mark);
  for (const name of ['shop.web-1', '/shop.web-1.app', 'shop.web-1.stopped', 'shop.web-1.app.failed-x']) {
    assert.equal(markOf(name), undefined, name);
  }
});
