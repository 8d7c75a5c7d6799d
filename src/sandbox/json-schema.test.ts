import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { imageJsonSchema } from '../image/json-schema.ts';
import { sandboxJsonSchema } from './json-schema.ts';

const published = [
  { file: 'sandboxes/sandbox.schema.json', schema: sandboxJsonSchema() },
  { file: 'images/image.schema.json', schema: imageJsonSchema() },
];

for (const { file, schema } of published) {
  test(`${file} is what the code checks`, () => {
    const url = new URL(`../../${file}`, import.meta.url);
    if (process.env.ENVOY_LAB_WRITE_SCHEMAS === '1') writeFileSync(url, JSON.stringify(schema));
    assert.deepEqual(
      JSON.parse(readFileSync(url, 'utf8')),
      JSON.parse(JSON.stringify(schema)),
      'ENVOY_LAB_WRITE_SCHEMAS=1 npm test -- json-schema, then npm run format, writes it anew',
    );
  });
}

test('every key is described', () => {
  const bare: string[] = [];
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) return;
    const { properties } = value as { properties?: Record<string, { description?: string; $ref?: string }> };
    for (const [key, property] of Object.entries(properties ?? {})) {
      if (!property.description && !property.$ref) bare.push(`${path}.${key}`);
    }
    for (const [key, child] of Object.entries(value)) visit(child, `${path}.${key}`);
  };
  visit(sandboxJsonSchema(), '$');
  assert.deepEqual(bare, []);
});
