import assert from 'node:assert/strict';
import { it } from 'node:test';
import { EncoderTable } from './encoder-table.ts';

it('forgets a name with its last entry, unless the static table has it', () => {
  const table = new EncoderTable();
  table.resize(80);
  const [other, server] = [table.lookUp('x-a'), table.lookUp('server')];
  table.add(other, '');
  table.add(server, '');
  assert.equal(table.lookUp('x-a'), other);
  table.add(table.lookUp('x-b'), '');
  assert.notEqual(table.lookUp('x-a'), other);
  table.add(table.lookUp('x-c'), '');
  assert.equal(table.lookUp('server'), server);
  assert.equal(table.fieldIndex(server, ''), 0);
});

it('compares the newest values of a name only', () => {
  const table = new EncoderTable();
  const name = table.lookUp('x-a');
  for (let i = 0; i < 20; i++) table.add(name, String(i));
  assert.equal(table.fieldIndex(name, '19'), 62);
  assert.equal(table.fieldIndex(name, '4'), 62 + 15);
  assert.equal(table.fieldIndex(name, '3'), 0);
});
