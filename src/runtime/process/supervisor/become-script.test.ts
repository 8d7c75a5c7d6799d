import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { it } from 'node:test';
import { becomeScript } from './become-script.ts';

it('a command has all its variables, also those whose names a shell cannot have', () => {
  const env = { PLAIN: 'a', 'dotted.name': "it's\nb", 'with-dash': '', '1ST': '$HOME' };
  const words = ['/', process.execPath, '-p', 'JSON.stringify(process.env)'];
  const { stdout, stderr } = spawnSync('sh', ['-c', becomeScript('', '', env), 'sh', ...words], { env });
  const { 'dotted.name': dotted, 'with-dash': dash, '1ST': first, PLAIN } = JSON.parse(stdout.toString());
  assert.deepEqual({ PLAIN, 'dotted.name': dotted, 'with-dash': dash, '1ST': first }, env, stderr.toString());
});
