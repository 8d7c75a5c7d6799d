import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { after, afterEach, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CommandLine } from './command-line.ts';
import { enginesUnderTest, places } from './places.ts';

/** The user with no rights, where the tests are root's. */
const nobody = process.getuid?.() === 0 ? 65534 : undefined;
const program = fileURLToPath(new URL('../../bin/envoy-lab.js', import.meta.url));

/** Why this cannot be tried here. */
function refusal(): string | false {
  if (process.platform !== 'linux') return 'only Linux keeps low ports for root';
  const first = Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'));
  if (first <= 80) return 'everybody may open port 80 here';
  if (nobody === undefined) return false;
  const { status } = spawnSync('cat', [program], { uid: nobody, gid: nobody });
  return status === 0 ? false : 'others than root cannot read this folder';
}

const unable = refusal();

for (const place of (await places()).filter(({ runtime }) => runtime === 'process')) {
  describe(`a user without rights, on ${place.name}`, { skip: place.skip || unable }, () => {
    const cli = new CommandLine(place.env, nobody);
    after(() => cli[Symbol.asyncDispose]());
    afterEach(async () => {
      await cli.run(['down', '--all', '--quiet']);
      await cli.assertClean();
    });

    for (const engine of enginesUnderTest()) {
      for (const [sandbox, url] of [
        ['pod', 'http://pod/'],
        ['svc', 'http://web/'],
      ] as const) {
        it(`${sandbox} with engine ${engine.name}`, { skip: engine.skip }, async () => {
          const words = ['up', sandbox, '--quiet', '--engine', engine.name];
          const { code, stdout, stderr } = await cli.run(words, engine.env);
          if (place.name === 'process, loopback') {
            assert.equal(code, 3, stdout);
            assert.match(stderr, /listens on port 80, and this user may not open ports below 1024 here/);
            assert.match(stderr, /ip_unprivileged_port_start/);
            return;
          }
          assert.equal(code, 0, stderr);
          assert.match(
            stdout,
            /^\w+-1 +http +http:\/\/127\.0\.0\.1:\d+ {2}\(80 may only be opened by root\)$/m,
          );
          assert.match(await cli.ok('curl', '-sS', url), /"app": "http-app"/);
        });
      }
    }

    // On loopback the sandbox is refused before.
    if (place.name === 'process, loopback') return;
    it('a low port that is pinned is refused', async () => {
      const { code, stderr } = await cli.run(['up', 'pod', '--quiet', '--publish', 'pod:80=81']);
      assert.equal(code, 3);
      assert.match(stderr, /port 81\/tcp on 127\.0\.0\.1 may only be opened by root/);
    });
  });
}
