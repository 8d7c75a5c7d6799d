import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LabError } from '../../error.ts';
import { explain, isNameTaken, isPortTaken, launchCode } from './errors.ts';

/** An error as dockerode makes it of an answer. */
function answer(statusCode: number, message: string): Error {
  const error = new Error(`(HTTP code ${statusCode}) server error - ${message} `);
  return Object.assign(error, { statusCode, reason: 'server error', json: { message } });
}

describe('what an engine says', () => {
  const cases: readonly [what: string, error: Error, message: RegExp, hint: RegExp][] = [
    [
      'pools, Docker',
      answer(
        500,
        'could not find an available, non-overlapping IPv4 address pool among the defaults to assign to the network',
      ),
      /no subnet left/,
      /docker network ls/,
    ],
    [
      'pools, newer Docker',
      answer(500, 'all predefined address pools have been fully subnetted'),
      /subnet/,
      /labs/,
    ],
    ['pools, Podman', answer(500, 'could not find free subnet from subnet pools'), /no subnet left/, /labs/],
    ['disk', answer(500, 'mkdir /var/lib/docker/x: no space left on device'), /disk is full/, /system df/],
    ['image', answer(404, 'No such image: envoy-lab/base:1'), /lost an image/, /again/],
    ['nothing to run', answer(400, 'No command specified'), /names nothing to run/, /command/],
    [
      'volume',
      answer(400, 'invalid mount config for type "bind": bind source path does not exist: /nope'),
      /host folder of a volume is not there .*\/nope/,
      /make it/,
    ],
    [
      'gone',
      Object.assign(new Error('connect ECONNREFUSED /run/x.sock'), { code: 'ECONNREFUSED' }),
      /engine does not answer/,
      /doctor/,
    ],
    [
      'gone mid-way',
      Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }),
      /not answer/,
      /doctor/,
    ],
  ];
  for (const [what, error, message, hint] of cases) {
    it(`is explained: ${what}`, () => {
      const explained = explain(error, 'start web-1/app');
      assert.equal(explained.code, 'runtime');
      assert.match(explained.message, /^cannot start web-1\/app: /);
      assert.match(explained.message, message);
      assert.match(explained.hint ?? '', hint);
      assert.equal(explained.cause, error);
    });
  }

  it('is told in its own words when nothing is known of it', () => {
    assert.equal(explain(answer(500, 'boom'), 'look').message, 'cannot look: boom');
  });

  it('is not explained twice', () => {
    const error = new LabError('usage', 'no such node');
    assert.equal(explain(error, 'look'), error);
  });

  it('is recognised where something is done about it', () => {
    assert.ok(
      isNameTaken(answer(409, 'Conflict. The container name "/x" is already in use by container "ab".')),
    );
    assert.ok(isNameTaken(answer(409, 'network with name x already exists')));
    assert.ok(isNameTaken(answer(500, 'network name x already used: network already exists')));
    assert.ok(!isNameTaken(answer(409, 'removal of container x is already in progress')));
    assert.ok(isPortTaken(answer(500, 'Bind for 127.0.0.1:80 failed: port is already allocated')));
    assert.ok(isPortTaken(answer(500, 'listen tcp4 127.0.0.1:80: bind: address already in use')));
  });

  it('has the codes of a shell for what cannot be run', () => {
    const oci = (why: string) => answer(400, `OCI runtime create failed: exec: "x": ${why}: unknown`);
    assert.equal(launchCode(oci('executable file not found in $PATH')), 127);
    assert.equal(launchCode(oci('stat x: no such file or directory')), 127);
    assert.equal(launchCode(oci('permission denied')), 126);
    assert.equal(launchCode(answer(500, 'unable to find user x: no matching entries')), undefined);
  });
});
