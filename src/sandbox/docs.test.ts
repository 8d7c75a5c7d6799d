import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { KNOWN_OPTIONS } from '../curl/client/options.ts';
import { longOption, shortOption } from '../curl/options.ts';
import { readDocument } from '../document/document.ts';
import { sandboxJsonSchema } from './json-schema.ts';
import { resolveSandbox } from './resolve.ts';

const text = readFileSync(new URL('../../docs/sandbox.md', import.meta.url), 'utf8');
const inCode = new Set([...text.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code!));
const blocks = [...text.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, yaml]) => yaml!);

it('docs/sandbox.md names every key', () => {
  const missing = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const { properties } = value as { properties?: object };
    for (const key of Object.keys(properties ?? {})) {
      const whole = new RegExp(`(?<![\\w$-])${key.replace('$', '\\$')}(?![\\w-])`);
      const named = [...inCode, ...blocks].some((code) => whole.test(code));
      if (!named) missing.add(key);
    }
    for (const child of Object.values(value)) visit(child);
  };
  visit(sandboxJsonSchema());
  assert.deepEqual([...missing], []);
});

it('every example in docs/sandbox.md is right', () => {
  const examples = blocks.filter((yaml) => yaml.includes('nodes:'));
  assert.ok(examples.length >= 5);
  for (const example of examples) {
    resolveSandbox(readDocument(example, 'example.yaml'), {
      file: '/docs/example.yaml',
      folder: '/docs',
      images: ['hello'],
      engines: ['ts', 'envoy'],
      look: () => 'file',
    });
  }
});

it('docs/sandbox.md lists the options of the built-in curl', () => {
  const documented = [...inCode]
    .filter((code) => /^--?[\w.-]+$/.test(code))
    .map((code) => (code.startsWith('--') ? longOption(code.slice(2)) : shortOption(code.slice(1)))?.name)
    .filter((name) => name !== 'next');
  assert.deepEqual([...documented].sort(), [...KNOWN_OPTIONS].sort());
});
