import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import type { RootfsSpec } from '../../node-spec.ts';
import { imageArchive } from './archive.ts';
import { fakeElf } from './elf.fake.ts';
import { imageLabel, type KnownImage, layersThere, refOf, writeLayers } from './known.ts';
import { type ImagePlan, ImagePlanner, taggedRef } from './plan.ts';

let folder: string;
let planner: ImagePlanner;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'plan-'));
  // Reading node itself would be a hundred megabytes an archive.
  const execPath = join(folder, 'node');
  writeFileSync(execPath, fakeElf({}));
  planner = new ImagePlanner(machineOf(execPath));
});
after(() => rmSync(folder, { recursive: true }));

function machineOf(execPath: string, owner = '7') {
  return { execPath, env: {}, platform: 'linux' as const, owner };
}

const base: RootfsSpec = { name: 'base', programs: [], files: [] };

function app(text: string, more: Partial<RootfsSpec> = {}): RootfsSpec {
  writeFileSync(join(folder, 'app.js'), text);
  const programs = [{ name: 'node', hostPath: join(folder, 'node') }];
  return {
    name: 'app',
    programs,
    files: [{ path: '/app.js', from: { hostPath: join(folder, 'app.js') } }],
    ...more,
  };
}

const named = ({ layers }: ImagePlan) => layers.map(({ name }) => name);

function program(name: string) {
  const hostPath = join(folder, name);
  writeFileSync(hostPath, fakeElf({}));
  return { name, hostPath };
}

it('shares layers: the base, one a program in the order of names, one of files', () => {
  assert.deepEqual(named(planner.plan(base)), ['base']);
  const [b, a, node] = [program('b'), program('a'), { name: 'node', hostPath: join(folder, 'node') }];
  const many = planner.plan(
    app('1', { programs: [b, a, node, { name: 'sleep', hostPath: '/usr/bin/sleep' }] }),
  );
  assert.deepEqual(named(many), ['base', 'a', 'b', 'the files of app']);
  assert.equal(many.layers[0]!.key, planner.plan(base).layers[0]!.key);
});

it('brings along what programs read of the machine, at its own path', () => {
  mkdirSync(join(folder, 'share', 'words'), { recursive: true });
  writeFileSync(join(folder, 'share', 'words', 'english'), 'a');
  symlinkSync('/nowhere', join(folder, 'share', 'dangling'));
  const share = join(folder, 'share');
  const plan = planner.plan(app('1', { machineFiles: [share, join(folder, 'app.js'), '/nowhere'] }));
  assert.deepEqual(named(plan), ['base', 'what the machine has for app', 'the files of app']);
  const paths = plan.layers[1]!.entries().map(({ path, kind }) => `${kind} /${path}`);
  assert.deepEqual(paths.slice(-4), [
    `directory ${share}`,
    `directory ${share}/words`,
    `file ${share}/words/english`,
    `file ${folder}/app.js`,
  ]);
  writeFileSync(join(folder, 'share', 'words', 'english'), 'ab');
  assert.notEqual(planner.plan(app('1', { machineFiles: [share] })).ref, plan.ref);
});

it('has the content in the tag', () => {
  const ref = planner.plan(app('1')).ref;
  assert.match(ref, /^envoy-lab\/app:[0-9a-f]{16}$/);
  assert.equal(planner.plan(app('1')).ref, ref);
  assert.notEqual(planner.plan(app('2')).ref, ref);
  const other = new ImagePlanner(machineOf(join(folder, 'node'), '8'));
  assert.notEqual(other.plan(app('1')).ref, ref, "another user's is another");
  assert.match(taggedRef('My_App', 1), /^envoy-lab\/my-app:/);
});

it('knows an earlier state of the same image', () => {
  const lineage = (rootfs: RootfsSpec) => planner.plan(rootfs).labels[imageLabel.lineage];
  assert.equal(lineage(app('1')), lineage(app('2')));
  assert.equal(
    lineage(base),
    lineage({ ...base, programs: [{ name: 'sleep', hostPath: '/usr/bin/sleep' }] }),
  );
  const elsewhere = app('1', { files: [{ path: '/app.js', from: { content: '1' } }] });
  assert.notEqual(lineage(elsewhere), lineage(app('1')));
});

const known = (plan: ImagePlan, ref = plan.ref): KnownImage => ({
  id: 'sha256:1',
  refs: [ref],
  name: plan.name,
  owner: '7',
  lineage: '',
  layers: plan.layers.map(({ key }) => ({ key, diffId: `sha256:${key}` })),
});

it('finds what the engine has, by whatever name it gives it', () => {
  const plan = planner.plan(base);
  assert.equal(refOf(plan.ref, [known(plan)]), plan.ref);
  assert.equal(refOf(plan.ref, [known(plan, `localhost/${plan.ref}`)]), `localhost/${plan.ref}`);
  assert.equal(refOf(plan.ref, []), undefined);
});

it('counts a layer as there only with all below it', () => {
  const [ab, b] = [
    planner.plan(app('1', { programs: [program('a'), program('b')] })),
    planner.plan(app('1', { programs: [program('b')] })),
  ];
  assert.deepEqual([...layersThere(b.layers, [known(ab)]).keys()], [ab.layers[0]!.key]);
  assert.equal(layersThere(ab.layers, [known(ab)]).size, 4);
  assert.equal(layersThere(ab.layers, []).size, 0);
});

async function read(plans: readonly ImagePlan[], left = new Map<string, string>()): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of imageArchive(plans, left)) parts.push(part);
  return Buffer.concat(parts);
}

it('writes every layer once, and those not at all that are left out', async () => {
  const plans = [planner.plan(base), planner.plan(app('1'))];
  const [baseKey, filesKey] = plans[1]!.layers.map(({ key }) => key);
  const whole = await read(plans);
  assert.equal(whole.toString('latin1').split(`${baseKey}.tar\0`).length - 1, 1);
  assert.ok(whole.equals(await read(plans)), 'equal images make equal bytes');
  const left = new Map([[baseKey!, `sha256:${'0'.repeat(64)}`]]);
  const part = (await read(plans, left)).toString('latin1');
  assert.ok(!part.includes(`${baseKey}.tar\0`) && part.includes(`${filesKey}.tar\0`));
  const label = writeLayers(plans[0]!.layers, left);
  assert.equal(label, `${baseKey}=sha256:${'0'.repeat(64)}`);
  assert.ok(part.includes(label));
});
