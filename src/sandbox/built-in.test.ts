import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { requireOracle } from '../../test/oracle.ts';
import { mintAuthority, mintCertificate } from '../cert/mint.ts';
import { listImages } from '../image/load.ts';
import { listSandboxes } from './list.ts';
import { loadSandbox } from './load.ts';
import type { Sandbox } from './sandbox.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const images = await listImages([join(root, 'images')]);
const entries = await listSandboxes(join(root, 'sandboxes'));
const envoy = requireOracle();

it('there are sandboxes', () => {
  assert.ok(entries.length >= 2);
});

for (const { name, folder, problem } of entries) {
  describe(`the sandbox ${name}`, async () => {
    assert.equal(problem, undefined);
    const sandbox = await loadSandbox(name, {
      roots: [join(root, 'sandboxes')],
      cwd: root,
      imagesFor: async () => images,
      engines: ['ts', 'envoy'],
    });
    const configs = sandbox.nodes
      .flatMap(({ containers }) => containers)
      .flatMap(({ program }) => (program.kind === 'envoy' ? [program.config] : []));

    it('has the name of its folder, a summary, checks and a README', () => {
      assert.equal(sandbox.name, name);
      assert.ok(sandbox.summary);
      assert.ok(sandbox.checks.length > 0);
      assert.ok(existsSync(join(folder, 'README.md')));
    });

    it('says how often its names are resolved', () => {
      for (const config of configs) {
        const text = readFileSync(config, 'utf8');
        const dns = text.match(/type: STRICT_DNS/g)?.length ?? 0;
        assert.equal(text.match(/dns_refresh_rate: 0\.25s/g)?.length ?? 0, dns, config);
      }
    });

    for (const config of new Set(configs)) {
      it(`${config.slice(folder.length + 1)} is valid for Envoy`, { skip: envoy.skip }, () => {
        const place = mkdtempSync(join(tmpdir(), 'built-in-'));
        try {
          const file = join(place, 'envoy.yaml');
          writeFileSync(file, withCertificates(readFileSync(config, 'utf8'), sandbox, place));
          const { status, stderr } = spawnSync(envoy.path, ['--mode', 'validate', '-l', 'error', '-c', file]);
          assert.equal(status, 0, stderr.toString());
        } finally {
          rmSync(place, { recursive: true });
        }
      });
    }
  });
}

/** A config that finds the sandbox's certificates, as `up` would mint them, below a folder of this machine. */
function withCertificates(text: string, { certs }: Sandbox, place: string): string {
  const now = new Date();
  const authority = mintAuthority('ca', now);
  const directories = new Set(certs.flatMap(({ mounts }) => mounts.map(({ directory }) => directory)));
  for (const directory of directories) {
    const { cert, key } = mintCertificate({ names: ['a.example.com'], days: 1 }, authority, now);
    mkdirSync(join(place, directory), { recursive: true });
    for (const [name, pem] of Object.entries({ cert, key, ca: authority.cert })) {
      writeFileSync(join(place, directory, `${name}.pem`), pem);
    }
  }
  const files = [...directories].map((directory) => `${directory}/`);
  return files.reduce(
    (config, each) => config.replaceAll(`filename: ${each}`, `filename: ${place}${each}`),
    text,
  );
}
