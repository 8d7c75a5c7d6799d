import assert from 'node:assert/strict';
import { test } from 'node:test';
import type Docker from 'dockerode';
import { knownImages } from './known.ts';

/** An engine that fails the first times it is asked for its images. */
function engine(failures: number, message: string): { docker: Docker; asked: () => number } {
  let asked = 0;
  const listImages = async (): Promise<unknown[]> => {
    asked++;
    if (asked <= failures)
      throw Object.assign(new Error(message), { statusCode: 500, reason: 'server error' });
    return [{ Id: 'sha256:1', RepoTags: ['envoy-lab/hello:1'], Labels: { 'io.envoy-lab.image': 'hello' } }];
  };
  return { docker: { listImages } as unknown as Docker, asked: () => asked };
}

const gone =
  'retrieving parent of image "f3": reading image "f3": locating image with ID "f3": image not known';

test('images are listed again when one was removed meanwhile', async () => {
  const { docker, asked } = engine(3, gone);
  assert.deepEqual(
    (await knownImages(docker)).map(({ name, refs }) => ({ name, refs })),
    [{ name: 'hello', refs: ['envoy-lab/hello:1'] }],
  );
  assert.equal(asked(), 4);
});

test('an image store that stays broken is told, and so is any other failure at once', async () => {
  const broken = engine(100, gone);
  await assert.rejects(knownImages(broken.docker), /image not known/);
  assert.equal(broken.asked(), 4);
  const full = engine(100, 'no space left on device');
  await assert.rejects(knownImages(full.docker), /no space left/);
  assert.equal(full.asked(), 1);
});
