import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { entriesOf } from './entries.ts';

describe('entries of an archive', () => {
  let host: string;
  const tree = () => entriesOf({ path: '/opt/tree/', from: { hostPath: join(host, 'tree') } });

  before(() => {
    host = mkdtempSync(join(tmpdir(), 'envoy-lab-test-entries-'));
    mkdirSync(join(host, 'tree/deep'), { recursive: true });
    writeFileSync(join(host, 'tree/deep/leaf'), 'leaf');
    writeFileSync(join(host, 'tree/run.sh'), '#!/bin/sh');
    chmodSync(join(host, 'tree/run.sh'), 0o751);
    for (const folder of ['tree', 'tree/deep']) chmodSync(join(host, folder), 0o755);
    writeFileSync(join(host, 'outside'), 'out');
    chmodSync(join(host, 'outside'), 0o640);
    symlinkSync('deep/leaf', join(host, 'tree/in'));
    symlinkSync('../outside', join(host, 'tree/out'));
  });
  after(() => rmSync(host, { recursive: true, force: true }));

  it('are a directory with modes, links that stay inside, and copies of what others lead to', async () => {
    const shown = (await tree()).map((entry) =>
      entry.kind === 'link'
        ? `${entry.path} -> ${entry.target}`
        : `${entry.path} ${entry.kind} ${entry.mode.toString(8)}`,
    );
    assert.deepEqual(shown, [
      'opt/tree directory 755',
      'opt/tree/deep directory 755',
      'opt/tree/deep/leaf file 644',
      'opt/tree/in -> deep/leaf',
      'opt/tree/out file 640',
      'opt/tree/run.sh file 751',
    ]);
  });

  it('have the asked mode, else 644 or that of the host', async () => {
    const mode = async (file: Parameters<typeof entriesOf>[0]) => {
      const [entry] = await entriesOf(file);
      return entry?.kind === 'file' ? entry.mode : undefined;
    };
    const from = { hostPath: join(host, 'outside') };
    assert.equal(await mode({ path: '/x', from: { content: 'x' } }), 0o644);
    assert.equal(await mode({ path: '/x', from: { content: 'x' }, mode: 0o600 }), 0o600);
    assert.equal(await mode({ path: '/x', from }), 0o640);
    assert.equal(await mode({ path: '/x', from, mode: 0o400 }), 0o400);
  });

  it('say what is not there, and what cannot be copied', async () => {
    await assert.rejects(entriesOf({ path: '/x', from: { hostPath: '/no/such/file' } }), {
      code: 'runtime',
      message: 'cannot copy /no/such/file to /x: there is no such file',
    });
    await assert.rejects(entriesOf({ path: '/x', from: { hostPath: '/dev/null' } }), {
      message: 'cannot copy /dev/null: it is neither a file nor a directory',
    });
    for (const path of ['x', '/', '/a/../../b']) {
      await assert.rejects(entriesOf({ path, from: { content: '' } }), { code: 'invalid' });
    }
  });

  it('end where a link leads back', async () => {
    symlinkSync(host, join(host, 'tree/back'));
    try {
      await assert.rejects(tree(), { code: 'runtime', message: /tree\/back: it leads back to where it is/ });
    } finally {
      rmSync(join(host, 'tree/back'));
    }
  });
});
