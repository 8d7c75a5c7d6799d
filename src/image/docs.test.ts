import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { it } from 'node:test';
import { readDocument } from '../document/document.ts';
import { readSchema } from '../schema/read.ts';
import { imageFile } from './image-schema.ts';
import { imageJsonSchema } from './json-schema.ts';

const text = readFileSync(new URL('../../docs/image.md', import.meta.url), 'utf8');
const rows = [...text.matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => name!);

it('docs/image.md has every key and every image', () => {
  const { properties } = imageJsonSchema() as { properties: object };
  const images = readdirSync(new URL('../../images', import.meta.url), { withFileTypes: true });
  const names = images.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  assert.deepEqual([...rows].sort(), [...Object.keys(properties), ...names].sort());
});

it('the example in docs/image.md is right', () => {
  const [, example] = /^```yaml\n(.*?)^```/ms.exec(text) ?? [];
  const { problems } = readSchema(imageFile, readDocument(example!, 'image.yaml'));
  assert.deepEqual(problems.all, []);
});
