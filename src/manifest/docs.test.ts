import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { sandboxOf } from './manifest.fake.ts';
import { KINDS } from './read/kinds.ts';

const page = readFileSync(new URL('../../docs/manifests.md', import.meta.url), 'utf8');

it('docs/manifests.md names every kind that is run or read', () => {
  const missing = Object.keys(KINDS).filter((kind) => !new RegExp(`\\b${kind}\\b`).test(page));
  assert.deepEqual(missing, []);
});

it('the example of docs/manifests.md is right', () => {
  const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
  assert.deepEqual(sandboxOf(example).sandbox.images, { 'quay.io/team/shop:1': 'http-app' });
});
