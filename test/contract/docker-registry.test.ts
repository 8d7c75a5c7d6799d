import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { after, before, describe, it } from 'node:test';
import { dialectOf } from '../../src/runtime/docker/dialect.ts';
import { imageLabel } from '../../src/runtime/docker/images/known.ts';
import { tarStream } from '../../src/runtime/docker/images/tar.ts';
import type { ContainerSpec } from '../../src/runtime/node-spec.ts';
import { type DockerSubject, dockerSubject, type EngineName, engineRefusal } from './docker-subject.ts';
import { identity } from './identity.ts';
import { container, node } from './specs.ts';
import { logs, startAll } from './talk.ts';

const TELL = `
console.log(JSON.stringify({
  args: process.argv.slice(1), own: process.env.OWN, more: process.env.MORE, in: process.cwd(), uid: process.getuid(),
}));
setInterval(() => {}, 1000);`;

/** Images that others made, as they are. */
function registryImages(
  name: EngineName,
  { runtime, docker, base, assertNothingLeft, dispose }: DockerSubject,
) {
  const repo = `envoy-lab-test/as-is-${process.pid}`;
  const reference = `${repo}:1`;
  const signal = new AbortController().signal;
  const prepare = (...references: string[]) =>
    runtime.prepare(
      references.map((each) => ({ name: each, programs: [], files: [], reference: each })),
      { pull: false, tell: () => {}, signal },
    );
  const asItIs = (name: string, rest: Partial<ContainerSpec> = {}) =>
    container(name, [], {
      rootfs: { name: reference, programs: [], files: [], reference },
      ready: { kind: 'log', pattern: '^\\{' },
      ...rest,
    });

  before(async () => {
    const made = await docker.createContainer({
      Image: base,
      Entrypoint: ['node', '-e', TELL],
      Cmd: ['--', 'image'],
      Env: ['OWN=image', 'MORE=image'],
      User: '1000',
      WorkingDir: '/srv',
      Labels: { [imageLabel.owner]: 'nobody', [imageLabel.lineage]: repo },
      HostConfig: { ...dialectOf(name).hostConfig },
    });
    await made.commit({ repo: name === 'podman' ? `localhost/${repo}` : repo, tag: '1' });
    await made.remove();
  });
  after(async () => {
    await docker.getImage(name === 'podman' ? `localhost/${reference}` : reference).remove({ force: true });
    await dispose();
  });

  it('run with what is theirs where the container says nothing', async () => {
    const lab = await runtime.create(identity('as-is'));
    try {
      await prepare(reference);
      const spec = node('web', [
        asItIs('plain'),
        asItIs('given', { args: ['--', 'given', '1'], env: { MORE: 'own' } }),
        asItIs('replaced', { argv: ['node', '-e', TELL], user: '0', workdir: '/tmp' }),
        asItIs('filed', { files: [{ path: '/srv/told', from: { content: 'told' } }] }),
      ]);
      await lab.create([spec]);
      await startAll(lab, [spec]);
      const said = Object.fromEntries(
        (await logs(lab, { nodes: ['web-1'] })).map((line) => [line.container, JSON.parse(line.text)]),
      );
      const plain = { args: ['image'], own: 'image', more: 'image', in: '/srv', uid: 1000 };
      assert.deepEqual(said, {
        plain,
        given: { ...plain, args: ['given', '1'], more: 'own' },
        replaced: { ...plain, args: [], in: '/tmp', uid: 0 },
        filed: plain,
      });
      assert.equal(String(await lab.readFile('web-1', 'filed', '/srv/told')), 'told');
      assert.deepEqual((await lab.observe()).nodes[0]!.spec, spec);
    } finally {
      await lab.remove();
    }
    await assertNothingLeft();
  });

  it('that name nothing to run need a command', async () => {
    const bare = `${repo}-bare`;
    const files = [{ path: 'a', kind: 'file', mode: 0o644, from: { content: Buffer.from('a') } }] as const;
    const archive = Readable.from(tarStream(files), { objectMode: false });
    const progress = await docker.importImage(archive, {
      repo: name === 'podman' ? `localhost/${bare}` : bare,
      tag: 'latest',
    });
    progress.resume();
    await finished(progress);
    const lab = await runtime.create(identity('bare'));
    try {
      const rootfs = { name: bare, programs: [], files: [], reference: bare };
      await assert.rejects(lab.create([node('web', [container('app', [], { rootfs })])]), {
        code: 'runtime',
        message: /^cannot create web-1\/app: its image names nothing to run \(/,
        hint: 'say what to run with command',
      });
      assert.deepEqual((await lab.observe()).nodes, []);
    } finally {
      await lab.remove();
      await docker.getImage(name === 'podman' ? `localhost/${bare}` : bare).remove({ force: true });
    }
    await assertNothingLeft();
  });

  it('are not pulled when the engine has them, and say why they cannot be', async () => {
    await prepare(reference, `docker.io/${reference}`);
    await assert.rejects(prepare(reference, '127.0.0.1:1/team/gone'), {
      code: 'runtime',
      message:
        /^image 127\.0\.0\.1:1\/team\/gone:latest cannot be pulled \(the container engine does not have it\): its registry cannot be reached: .*refused/,
      hint: /--image 127\.0\.0\.1:1\/team\/gone=http-app/,
    });
  });
}

for (const name of ['docker', 'podman'] satisfies EngineName[]) {
  const reason = await engineRefusal(name);
  const what = `images of registries on ${name}`;
  if (reason !== undefined) {
    it(what, { skip: reason });
    continue;
  }
  const subject = await dockerSubject(name);
  describe(what, () => registryImages(name, subject));
}
