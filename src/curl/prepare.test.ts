import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { CurlNetwork } from './curl.ts';
import { prepareCurl } from './prepare.ts';

function network(
  known: readonly string[] = ['web', 'db-1'],
): CurlNetwork & { open: Set<string>; dialled: string[] } {
  const open = new Set<string>();
  const dialled: string[] = [];
  return {
    open,
    dialled,
    resolve: (host) => (known.includes(host) ? (/-\d$/.test(host) ? host : `${host}-1`) : undefined),
    async dial(replica, port) {
      if (port === 666) throw new Error('refused');
      const key = `${replica}:${port}`;
      dialled.push(key);
      open.add(key);
      return {
        host: '127.0.0.1',
        port: 40_000 + port,
        [Symbol.asyncDispose]: async () => void open.delete(key),
      };
    },
    redirectTargets: () => [{ host: 'web', port: 443 }],
  };
}

const cases: readonly (readonly [string, string])[] = [
  ['-v http://web:80/x', '-v http://web:80/x --connect-to web:80:127.0.0.1:40080'],
  ['http://WEB/ http://web/y', 'http://WEB/ http://web/y --connect-to web:80:127.0.0.1:40080'],
  [
    '-k https://web/ http://db-1:53',
    '-k https://web/ http://db-1:53 --connect-to web:443:127.0.0.1:40443 --connect-to db-1:53:127.0.0.1:40053',
  ],
  ['http://example.com/', 'http://example.com/'],
  ['-o http://web/ http://example.com/', '-o http://web/ http://example.com/'],
  [
    '-L http://web/',
    '-L http://web/ --connect-to web:80:127.0.0.1:40080 --connect-to web:443:127.0.0.1:40443',
  ],
  [
    'http://web/ --next http://example.com/',
    'http://web/ --connect-to web:80:127.0.0.1:40080 --next http://example.com/ --connect-to web:80:127.0.0.1:40080',
  ],
];

test('curl is told where the names of the lab are, and the words stay', async () => {
  for (const [line, expected] of cases) {
    await using prepared = await prepareCurl(line.split(' '), network());
    assert.equal(prepared.argv.join(' '), expected);
  }
});

test('names of the lab are not asked of a proxy', async () => {
  await using prepared = await prepareCurl(['http://web/', 'http://db-1/', 'http://example.com/'], network());
  assert.deepEqual(prepared.env, { no_proxy: 'web,db-1', NO_PROXY: 'web,db-1' });
  await using other = await prepareCurl(['http://example.com/'], network());
  assert.deepEqual(other.env, {});
});

test('each port is dialled once, and closed in the end', async () => {
  const lab = network();
  {
    await using _ = await prepareCurl(['http://web/{a,b}', 'http://web/', '--url', 'http://web:80/'], lab);
    assert.deepEqual(lab.dialled, ['web-1:80']);
    assert.equal(lab.open.size, 1);
  }
  assert.equal(lab.open.size, 0);
});

test('when one way cannot be opened, the others are closed', async () => {
  const lab = network();
  await assert.rejects(prepareCurl(['http://web/', 'http://web:666/'], lab), /refused/);
  assert.equal(lab.open.size, 0);
});

test('URLs in a config file count', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'curl-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'rc');
  writeFileSync(file, 'url = "http://web:8080/"\n');
  await using prepared = await prepareCurl(['-K', file], network());
  assert.deepEqual(prepared.argv, ['-K', file, '--connect-to', 'web:8080:127.0.0.1:48080']);
  await using missing = await prepareCurl(['-K', join(folder, 'nosuch')], network());
  assert.deepEqual(missing.argv, ['-K', join(folder, 'nosuch')]);
});
