import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { createInterface } from 'node:readline';
import { afterEach, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const targets = ['//', '/a?b?c', '///x', 'http://other/headers', '/%', '/\\'];

describe('apps of images answer whatever target they are sent', () => {
  let app: ChildProcess | undefined;
  afterEach(async () => {
    if (app === undefined) return;
    const ended = app.exitCode === null ? once(app, 'exit') : undefined;
    app.kill('SIGKILL');
    await ended;
  });

  for (const name of ['hello', 'website']) {
    it(name, async () => {
      const file = fileURLToPath(new URL(`../../images/${name}/${name}.cjs`, import.meta.url));
      app = spawn(process.execPath, [file], {
        env: { PORT: '0', HOST: '127.0.0.1' },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [line] = await once(createInterface({ input: app.stdout! }), 'line', {
        signal: AbortSignal.timeout(10_000),
      });
      const port = Number(/ listens on (\d+)$/.exec(line)![1]);
      for (const target of targets) {
        assert.equal(await status(port, target), 404, target);
        assert.equal(await status(port, '/healthz'), 200, `after ${target}`);
      }
    });
  }
});

function status(port: number, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, agent: false }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode!));
    })
      .on('error', reject)
      .end();
  });
}
