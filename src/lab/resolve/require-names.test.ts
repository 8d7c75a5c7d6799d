import assert from 'node:assert/strict';
import { it } from 'node:test';
import { readDocument } from '../../document/document.ts';
import { DocumentError, formatProblem } from '../../document/problem.ts';
import { resolveSandbox } from '../../sandbox/resolve.ts';
import { requireNames } from './require-names.ts';

const sandbox = resolveSandbox(
  readDocument(
    `name: shop
nodes:
  web:
    aliases: [site, www.example.test]
    containers: { app: { image: hello } }
services:
  shop:
    nodes: web
    ports: { 80: 8080 }
    aliases: [shop.example.test]
`,
    's.yaml',
  ),
  { file: '/s/sandbox.yaml', folder: '/s', images: ['hello'], engines: [], look: () => 'file' },
);

it('names all that a runtime cannot give, by their places', () => {
  const names = { pattern: /^[a-z]+$/, rule: 'a name has letters only' };
  assert.throws(
    () => requireNames(sandbox, { name: 'kubernetes', names }),
    (error) => {
      assert.ok(error instanceof DocumentError);
      const hint = '(a name has letters only; rename it, or use another --runtime)';
      assert.deepEqual(error.problems.map(formatProblem), [
        `s.yaml:3:3: nodes.web.aliases: runtime kubernetes cannot call anything www.example.test ${hint}`,
        `s.yaml:7:3: services.shop.aliases: runtime kubernetes cannot call anything shop.example.test ${hint}`,
      ]);
      return true;
    },
  );
});

it('names an alias of two nodes where a name leads to one', () => {
  const text = `name: shop
nodes:
  web: { aliases: [site], image: hello }
  db: { aliases: [sql, site], image: hello }
`;
  const context = { file: '/s/sandbox.yaml', folder: '/s', images: ['hello'], engines: [] };
  const twice = resolveSandbox(readDocument(text, 's.yaml'), { ...context, look: () => 'file' });
  const names = { pattern: /./, rule: '' };
  requireNames(twice, { name: 'docker', names });
  assert.throws(
    () => requireNames(twice, { name: 'kubernetes', names: { ...names, unique: true } }),
    (error) => {
      assert.ok(error instanceof DocumentError);
      assert.deepEqual(error.problems.map(formatProblem), [
        's.yaml:4:3: nodes.db.aliases: runtime kubernetes cannot have site lead to web too (give one of them another alias, or use another --runtime)',
      ]);
      return true;
    },
  );
});

it('takes every name where none is refused', () => {
  requireNames(sandbox, { name: 'process' });
});
