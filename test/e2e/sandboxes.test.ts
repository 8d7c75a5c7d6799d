import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { CommandLine } from './command-line.ts';
import { assertDocumented } from './shapes.ts';

describe('sandboxes', () => {
  const cli = new CommandLine();
  after(() => cli[Symbol.asyncDispose]());

  it('get-started passes its checks', async () => {
    const { code, stdout, stderr } = await cli.run(['up', 'get-started', '--check', '--json']);
    assert.equal(code, 0, stdout + stderr);
    const { check, changed } = JSON.parse(stdout) as {
      check: { passed: number; failed: number };
      changed: boolean;
    };
    assert.ok(changed && check.passed > 0 && check.failed === 0);
    assertDocumented('check', check);
    await cli.ok('down');
  });

  it('init writes a sandbox that runs and passes its checks, from inside its folder too', async () => {
    const written = await cli.ok('init', 'My Lab');
    assert.deepEqual(written.trim().split('\n'), [
      'My Lab/sandbox.yaml',
      'My Lab/envoy.yaml',
      'My Lab/README.md',
    ]);
    assert.match(readFileSync(join(cli.home, 'My Lab', 'sandbox.yaml'), 'utf8'), /^name: my-lab\n/);
    const { code, stdout, stderr } = await cli.run(['up', './My Lab', '--check']);
    assert.equal(code, 0, stdout + stderr);
    assert.match(stderr, /Try: envoy-lab curl http:\/\/proxy:10000\/service\/1/);
    const again = await cli.run(['init', 'My Lab']);
    assert.equal(again.code, 1);
    assert.match(again.stderr, /My Lab is not empty/);
    await cli.ok('down');
  });

  it('starts jobs and what depends on them in order, and sees that a second up runs no job again', async () => {
    const folder = cli.sandbox('jobs', {
      'sandbox.yaml': `name: jobs
nodes:
  db:
    containers:
      store: { command: [sh, -c, "sleep 0.2; echo up; exec sleep 1000"], ready: { log: up } }
  api:
    containers:
      migrate: { command: [sh, -c, "echo migrated > /tmp/done"], once: true, depends_on: { db: ready } }
      app: { command: [sh, -c, "echo starts; exec sleep 1000"], depends_on: { migrate: done } }
`,
    });
    const up = await cli.run(['up', folder]);
    assert.equal(up.code, 0, up.stderr);
    const order = ['db-1/store is ready', 'api-1/migrate is ready', 'api-1/app is ready'];
    const positions = order.map((line) => up.stderr.indexOf(line));
    assert.ok(
      positions.every((position, index) => position > (positions[index - 1] ?? -1)),
      up.stderr,
    );
    assert.match(await cli.ok('up', folder, '--dry-run'), /^nothing to do/);
    await cli.ok('down');
    await cli.assertClean();
  });

  it('mints certificates once, and keeps them when something else changes', async () => {
    const yaml = (env: string) => `name: certs
certs:
  web: { names: [web, localhost], mount: { web: /certs, client: /certs } }
nodes:
  web: { command: [sleep, "1000"], env: { A: "${env}" } }
  client: { command: [sleep, "1000"] }
`;
    const folder = cli.sandbox('certs', { 'sandbox.yaml': yaml('1') });
    const first = await cli.run(['up', folder]);
    assert.equal(first.code, 0, first.stderr);
    const read = (node: string) => cli.ok('cp', `${node}:/certs/cert.pem`, '-');
    const cert = await read('web');
    assert.match(cert, /^-----BEGIN CERTIFICATE-----/);
    cli.sandbox('certs', { 'sandbox.yaml': yaml('2') });
    const second = await cli.run(['up', folder]);
    assert.match(second.stderr, /^update web-1$/m);
    assert.doesNotMatch(second.stderr, /^update client-1$/m);
    assert.equal(await read('web'), cert);
    await cli.ok('scale', 'web=2');
    assert.equal(await read('web-2'), cert);
    await cli.ok('down');
    await cli.assertClean();
  });
});
