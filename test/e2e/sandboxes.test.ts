import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { CommandLine } from './command-line.ts';
import { places } from './places.ts';
import { sandboxChecks, sandboxRequests } from './sandbox-checks.ts';
import { assertDocumented } from './shapes.ts';

// Those on container engines take longer, and have files of their own.
for (const place of (await places()).filter(({ runtime }) => runtime !== 'docker')) {
  sandboxChecks(place);
  sandboxRequests(place);
}

describe('sandboxes on the command line', () => {
  const cli = new CommandLine();
  after(() => cli[Symbol.asyncDispose]());

  it('up --check --json tells how the checks went', async () => {
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
    await cli.assertClean();
  });
});
