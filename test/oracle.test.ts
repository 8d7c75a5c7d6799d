import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { findOracle, requireOracle } from './oracle.ts';

const root = mkdtempSync(join(tmpdir(), 'oracle-'));
after(() => rmSync(root, { recursive: true }));

it('finds the Envoy of ENVOY_PATH, then the installed one', () => {
  assert.equal(findOracle({ env: {}, root }), undefined);
  const installed = join(root, '.oracle/venv/bin/envoy');
  mkdirSync(join(root, '.oracle/venv/bin'), { recursive: true });
  writeFileSync(installed, '');
  assert.equal(findOracle({ env: {}, root }), installed);
  assert.equal(findOracle({ env: { ENVOY_PATH: root }, root }), root);
  assert.equal(findOracle({ env: { ENVOY_PATH: '/nowhere' }, root }), installed);
});

it('skips with the reason, or fails where the oracle is required', () => {
  const empty = join(root, 'empty');
  assert.match(String(requireOracle({ env: {}, root: empty }).skip), /node tools\/oracle\.js/);
  const env = { ENVOY_LAB_REQUIRE: 'docker,envoy' };
  assert.throws(() => requireOracle({ env, root: empty }), /was not found/);
  assert.deepEqual(requireOracle({ env: {}, root }), {
    path: join(root, '.oracle/venv/bin/envoy'),
    skip: false,
  });
});
