import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { loadBootstrap } from '../../src/bootstrap/load.ts';
import { formatProblem } from '../../src/document/problem.ts';
import { migrate } from '../../src/migrate/migrate.ts';
import { migrationCases } from './cases.ts';

const update = process.env.UPDATE_GOLDEN !== undefined;

describe('v2 configs become v3 (UPDATE_GOLDEN=1 writes what they become)', () => {
  for (const { file, text, golden, told } of migrationCases) {
    it(file, () => {
      const migrated = migrate(text, file);
      const lines = migrated.problems.map((problem) => `${formatProblem(problem)}\n`).join('');
      if (update) {
        writeFileSync(golden, migrated.text);
        if (lines === '') rmSync(told, { force: true });
        else writeFileSync(told, lines);
      }
      assert.equal(migrated.wasV2, true);
      assert.equal(migrated.text, readFileSync(golden, 'utf8'));
      assert.equal(lines, existsSync(told) ? readFileSync(told, 'utf8') : '');
    });

    it(`${file}: no comment is lost`, () => {
      const comments = (source: string) =>
        [...source.matchAll(/(?<=^|\s)# .*$/gm)].map(([comment]) => comment);
      const kept = comments(migrate(text, file).text);
      const given = comments(text);
      assert.deepEqual(
        given.filter((comment) => !kept.includes(comment)),
        [],
      );
    });

    it(`${file}: what came out is v3, and stays as it is`, () => {
      const first = migrate(text, file);
      if (first.problems.some(({ severity }) => severity === 'error')) return;
      const again = migrate(first.text, 'v3.yaml');
      assert.equal(again.wasV2, false);
      assert.equal(again.text, first.text);
      if (!/^resources:/m.test(text)) loadBootstrap(first.text, 'v3.yaml');
    });
  }

  it('of many kinds', () => {
    assert.ok(migrationCases.length >= 15);
    const lost = migrationCases.filter(({ text, file }) =>
      migrate(text, file).problems.some(({ severity }) => severity === 'error'),
    );
    assert.deepEqual(
      lost.map(({ file }) => file),
      ['gone-early.yaml', 'gone.yaml'],
    );
  });
});
