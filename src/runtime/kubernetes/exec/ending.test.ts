import assert from 'node:assert/strict';
import { it } from 'node:test';
import { endingOf } from './ending.ts';

const failure = (rest: object) => JSON.stringify({ status: 'Failure', ...rest });

it('reads how a command ended', () => {
  assert.deepEqual(endingOf(JSON.stringify({ status: 'Success' }), 'x'), { code: 0 });
  const causes = [{ reason: 'ExitCode', message: '7' }];
  assert.deepEqual(endingOf(failure({ reason: 'NonZeroExitCode', details: { causes } }), 'x'), { code: 7 });
});

it('has the codes of a shell for what could not be started', () => {
  const message =
    'exec failed: unable to start container process: exec: "nosuch": executable file not found in $PATH: unknown';
  assert.deepEqual(endingOf(failure({ reason: 'InternalError', message }), 'nosuch'), {
    code: 127,
    said: 'nosuch: not found',
  });
  const denied = 'exec: "/etc/passwd": permission denied: unknown';
  assert.deepEqual(endingOf(failure({ message: denied }), '/etc/passwd'), {
    code: 126,
    said: '/etc/passwd: cannot be executed',
  });
  assert.deepEqual(endingOf(failure({ message: 'container not found ("app")\n' }), 'x'), {
    code: 126,
    said: 'container not found ("app")',
  });
});
