import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { LabError } from '../error.ts';
import { podText, sandboxOf } from './manifest.fake.ts';
import { readGenerated, removeFolder, writeFolder } from './write-folder.ts';

describe('the folder of a lab of manifests', () => {
  const root = mkdtempSync(join(tmpdir(), 'envoy-lab-folder-'));
  after(() => rmSync(root, { recursive: true, force: true }));
  const folder = join(root, 'manifests', 'web');
  const manifest = (value: string) =>
    sandboxOf(
      `${podText('  containers: [{ name: app, image: a/b, volumeMounts: [{ name: s, mountPath: /s }, { name: e, mountPath: /e }] }]\n  volumes: [{ name: s, secret: { secretName: s } }, { name: e, emptyDir: {} }]')}---\n{ apiVersion: v1, kind: Secret, metadata: { name: s }, stringData: { key: ${value} } }\n`,
    );
  const one = manifest('one');
  const two = manifest('two');
  const mode = (path: string) => (statSync(join(folder, path)).mode & 0o777).toString(8);
  const generated = [{ template: 't', parameter: 'P', from: 'x', value: 'y' }];

  it('is its user’s alone, as are what is secret and what names it', async () => {
    const written = await writeFolder(folder, { ...one, generated });
    assert.deepEqual(['.', 'sandbox.yaml', 'generated.json', one.files[0]!.path, 'empty/web/e'].map(mode), [
      '700',
      '600',
      '600',
      '644',
      '777',
    ]);
    assert.equal(readFileSync(join(folder, one.files[0]!.path), 'utf8'), 'one');
    assert.deepEqual(await readGenerated(folder), generated);
    await written.keep();
  });

  it('keeps what runs until it is changed', async () => {
    const written = await writeFolder(folder, two);
    assert.deepEqual(
      [one, two].map(({ files }) => existsSync(join(folder, files[0]!.path))),
      [true, true],
    );
    await written.takeBack();
    assert.equal(existsSync(join(folder, two.files[0]!.path)), false);
    assert.equal(existsSync(join(folder, one.files[0]!.path)), true);
    assert.ok(readFileSync(join(folder, 'sandbox.yaml'), 'utf8').includes(one.directories[0]!));
    assert.deepEqual(await readGenerated(folder), generated);
    await (await writeFolder(folder, two)).keep();
    assert.deepEqual(
      [one, two].map(({ files }) => existsSync(join(folder, files[0]!.path))),
      [false, true],
    );
    assert.deepEqual(await readGenerated(folder), []);
  });

  it('is taken away with what is around it, and taken back when it is new', async () => {
    await removeFolder(folder);
    assert.equal(existsSync(join(root, 'manifests')), false);
    await (await writeFolder(folder, one)).takeBack();
    assert.equal(existsSync(join(root, 'manifests')), false);
  });

  it('is refused where it cannot be', async () => {
    writeFileSync(join(root, 'file'), '');
    await assert.rejects(
      writeFolder(join(root, 'file', 'web'), one),
      (error: LabError) => error.code === 'runtime' && /^cannot write /.test(error.message),
    );
  });
});
