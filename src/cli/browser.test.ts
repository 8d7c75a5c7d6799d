import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { showInBrowser } from './browser.ts';

describe('showInBrowser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'envoy-lab-test-'));
  after(() => rmSync(folder, { recursive: true }));
  const opened = join(folder, 'opened');
  // Renamed, so that it is there only when it is whole.
  const script = `#!/bin/sh\nprintf %s "$1" > "${opened}.part" && mv "${opened}.part" "${opened}"\n`;
  for (const name of ['xdg-open', 'open']) {
    writeFileSync(join(folder, name), script);
    chmodSync(join(folder, name), 0o755);
  }
  const path = `${folder}:/usr/bin:/bin`;

  for (const [platform, env] of [
    ['linux', { DISPLAY: ':0' }],
    ['linux', { WAYLAND_DISPLAY: 'wayland-0' }],
    ['darwin', {}],
  ] as const) {
    it(`opens an address on ${platform} with ${Object.keys(env).join() || 'nothing'}`, async () => {
      const watcher = watch(folder);
      await showInBrowser('http://127.0.0.1:1/?token=a&b', { PATH: path, ...env }, platform);
      while (!existsSync(opened)) await once(watcher, 'change', { signal: AbortSignal.timeout(5000) });
      watcher.close();
      assert.equal(readFileSync(opened, 'utf8'), 'http://127.0.0.1:1/?token=a&b');
      rmSync(opened);
    });
  }

  it('does nothing where nothing could be seen, and fails at nothing', async () => {
    await showInBrowser('http://127.0.0.1:1/', { PATH: path }, 'linux');
    await showInBrowser('http://127.0.0.1:1/', { PATH: path, DISPLAY: ':0' }, 'win32');
    await showInBrowser('http://127.0.0.1:1/', { PATH: '/nowhere', DISPLAY: ':0' }, 'linux');
    assert.equal(existsSync(opened), false);
  });
});
