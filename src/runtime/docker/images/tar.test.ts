import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { type TarEntry, tarSize, tarStream } from './tar.ts';

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'tar-'));
});
after(() => rmSync(folder, { recursive: true }));

async function bytesOf(entries: readonly TarEntry[]): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of tarStream(entries)) parts.push(part);
  return Buffer.concat(parts);
}

const long = `${'d'.repeat(90)}/${'ü'.repeat(60)}`;

it('writes what tar reads: directories, links, files of memory and of the host, long names and others', async () => {
  const hostPath = join(folder, 'host');
  writeFileSync(hostPath, 'x'.repeat(513));
  const entries: TarEntry[] = [
    { path: 'tmp', kind: 'directory', mode: 0o1777 },
    { path: 'bin', kind: 'link', target: 'usr/bin' },
    { path: 'from-host', kind: 'file', mode: 0o755, from: { hostPath, size: 513 } },
    { path: 'empty', kind: 'file', mode: 0o600, from: { content: Buffer.alloc(0) } },
    { path: long, kind: 'file', mode: 0o644, from: { content: Buffer.from('long') } },
    { path: 'far', kind: 'link', target: `/${'t'.repeat(120)}` },
  ];
  const bytes = await bytesOf(entries);
  assert.equal(bytes.length, tarSize(entries));
  assert.ok(bytes.equals(await bytesOf(entries)), 'equal content makes equal bytes');
  const env = { ...process.env, LC_ALL: 'C.UTF-8', TZ: 'UTC' };
  const listed = execFileSync('tar', ['-tvf', '-', '--numeric-owner', '--quoting-style=literal'], {
    input: bytes,
    env,
    encoding: 'utf8',
  });
  assert.deepEqual(
    listed
      .trim()
      .split('\n')
      .map((line) => line.replace(/ +/g, ' ').replace(' 1970-01-01 00:00', '')),
    [
      'drwxrwxrwt 0/0 0 tmp/',
      'lrwxrwxrwx 0/0 0 bin -> usr/bin',
      '-rwxr-xr-x 0/0 513 from-host',
      '-rw------- 0/0 0 empty',
      `-rw-r--r-- 0/0 4 ${long}`,
      `lrwxrwxrwx 0/0 0 far -> /${'t'.repeat(120)}`,
    ],
  );
  const read = (name: string) =>
    execFileSync('tar', ['-xOf', '-', name], { input: bytes, env, encoding: 'utf8' });
  assert.equal(read('from-host'), 'x'.repeat(513));
  assert.equal(read(long), 'long');
});

it('asks for an entry when those before it are written', async () => {
  const seen: string[] = [];
  function* entries(): Generator<TarEntry> {
    const read = async function* () {
      seen.push('read');
      yield Buffer.from('abc');
    };
    yield { path: 'a', kind: 'file', mode: 0o644, from: { size: 3, read } };
    seen.push('next');
    yield { path: 'b', kind: 'directory', mode: 0o755 };
  }
  const parts: Buffer[] = [];
  for await (const part of tarStream(entries())) parts.push(part);
  assert.deepEqual(seen, ['read', 'next']);
});

it('refuses a file that is longer, shorter or gone when it is read', async () => {
  const hostPath = join(folder, 'changing');
  writeFileSync(hostPath, 'four');
  const entry = (path: string, size: number): TarEntry[] => [
    { path: 'f', kind: 'file', mode: 0o644, from: { hostPath: path, size } },
  ];
  for (const size of [3, 5]) {
    await assert.rejects(bytesOf(entry(hostPath, size)), {
      code: 'runtime',
      message: `${hostPath} changed while it was put into an image`,
      hint: 'run the command again',
    });
  }
  await assert.rejects(bytesOf(entry(join(folder, 'nosuch'), 1)), {
    code: 'runtime',
    message: /^cannot read .*nosuch: ENOENT/,
  });
});
