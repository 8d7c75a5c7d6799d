import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { App } from './app.ts';

const images = fileURLToPath(new URL('../../images', import.meta.url));

it('a website is served from a folder as Kubernetes mounts one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'envoy-lab-test-'));
  try {
    cpSync(join(images, 'website'), folder, { recursive: true });
    mkdirSync(join(folder, 'site', '..2026_11_23'));
    symlinkSync('..2026_11_23', join(folder, 'site', '..data'));
    const file = relative(images, join(folder, 'website.cjs'));
    await using app = new App(file, { PORT: '0', HOST: '127.0.0.1' });
    const [, port] = await app.prints(/ listens on (\d+)\n/);
    const answer = await fetch(`http://127.0.0.1:${port}/about`);
    assert.match(await answer.text(), /About this site/);
    assert.equal((await fetch(`http://127.0.0.1:${port}/..data`)).status, 404);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
