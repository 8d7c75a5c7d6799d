import assert from 'node:assert/strict';
import { it } from 'node:test';
import { readDocument } from '../../document/document.ts';
import { DocumentError } from '../../document/problem.ts';
import { resolveSandbox } from '../../sandbox/resolve.ts';
import { checkChoices, noChoices } from './choices.ts';
import { requireOwnImages, withImages } from './registry-images.ts';

const sandbox = resolveSandbox(
  readDocument(
    `name: shop
images: { redis:7: hello }
nodes:
  web: { image: quay.io/team/web:1 }
  pod:
    containers:
      app: { image: hello }
      side: { image: nginx:1.27 }
      cache: { image: redis:7 }`,
    's.yaml',
  ),
  { file: '/s/sandbox.yaml', folder: '/s', images: ['hello'], engines: [], look: () => 'file' },
);
const asProcesses = { name: 'process', programs: 'host' as const };

it('names every container that a runtime without images cannot run, and what to do', () => {
  assert.throws(
    () => requireOwnImages(sandbox, asProcesses),
    (error) => {
      assert.ok(error instanceof DocumentError);
      assert.deepEqual(
        error.problems.map(({ at, path, message }) => `${at?.line}:${at?.column} ${path}: ${message}`),
        [
          '4:3 nodes.web: container app is the image quay.io/team/web:1 of a registry, which runtime process cannot run',
          '8:7 nodes.pod: container side is the image nginx:1.27 of a registry, which runtime process cannot run',
        ],
      );
      assert.match(error.problems[0]!.hint!, /--image quay.io\/team\/web:1=http-app, or .*--runtime docker/);
      return true;
    },
  );
});

it('has nothing against them where images run, or where ours are in their place', () => {
  requireOwnImages(sandbox, { name: 'docker', programs: 'image' });
  const images = new Map([
    ['quay.io/team/web:1', 'hello'],
    ['docker.io/library/nginx:1.27', 'hello'],
  ]);
  requireOwnImages(withImages(sandbox, images), asProcesses);
});

it('knows which image was meant', () => {
  const images = new Map([['quay.io/team/wep:1', 'hello']]);
  assert.throws(() => checkChoices({ ...noChoices, images }, sandbox), {
    code: 'usage',
    message: 'sandbox shop has no container with image "quay.io/team/wep:1"',
    hint: 'did you mean "quay.io/team/web:1"?',
  });
});
