import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { RootfsSpec } from '../../node-spec.ts';
import { baseToPull, fullRef, whyPulled } from './base-image.ts';
import { EngineError, imageError, pullError, registryError } from './failure.ts';

const machine = (platform: NodeJS.Platform = 'linux', env = {}) => ({
  execPath: '/node',
  env,
  platform,
  owner: '1',
});
const spec = (more: Partial<RootfsSpec> = {}): RootfsSpec => ({
  name: 'app',
  programs: [],
  files: [],
  ...more,
});
const redis = { name: 'redis-server', hostPath: '/usr/bin/redis-server' };
const nodeImage = `docker.io/library/node:${process.versions.node.split('.')[0]}-slim`;

it('assembles what the machine has, and pulls the rest and what is asked for', () => {
  assert.equal(whyPulled(spec({ programs: [redis] }), false, machine()), undefined);
  assert.equal(whyPulled(spec({ programs: [{ name: 'sleep' }] }), false, machine()), undefined);
  assert.match(whyPulled(spec(), false, machine('darwin'))!, /no Linux/);
  assert.equal(
    whyPulled(spec({ programs: [{ name: 'redis-server' }] }), false, machine()),
    'redis-server not found on this machine',
  );
  assert.match(whyPulled(spec(), true, machine())!, /--pull/);
  assert.match(whyPulled(spec({ programs: [redis], base: 'redis:7' }), true, machine())!, /--pull/);
  assert.equal(whyPulled(spec({ programs: [redis] }), true, machine()), undefined, 'there is none to pull');
});

it('starts from the image that is named, or one with node', () => {
  assert.equal(
    baseToPull(spec({ base: 'redis:7', programs: [redis] }), '', machine()),
    'docker.io/library/redis:7',
  );
  assert.equal(baseToPull(spec({ programs: [{ name: 'node' }, { name: 'ls' }] }), '', machine()), nodeImage);
  const mirror = { ENVOY_LAB_REGISTRY: '127.0.0.1:5000' };
  assert.match(baseToPull(spec(), '', machine('linux', mirror)), /^127\.0\.0\.1:5000\/library\/node:/);
  assert.throws(
    () =>
      baseToPull(
        spec({ programs: [{ name: 'redis-server' }] }),
        'redis-server not found on this machine',
        machine(),
      ),
    {
      code: 'runtime',
      message:
        'image app cannot be made: redis-server not found on this machine, and nothing says where to pull it from',
      hint: 'install redis-server, or name an image that has it with base: in an image.yaml (docs/image.md)',
    },
  );
});

it('names the registry in full, as engines do', () => {
  const full: Readonly<Record<string, string>> = {
    redis: 'docker.io/library/redis',
    'redis:7': 'docker.io/library/redis:7',
    'envoyproxy/envoy:v1.40.0': 'docker.io/envoyproxy/envoy:v1.40.0',
    'ghcr.io/a/b': 'ghcr.io/a/b',
    'localhost/a': 'localhost/a',
    'localhost:5000/a@sha256:0': 'localhost:5000/a@sha256:0',
  };
  for (const [ref, wanted] of Object.entries(full)) assert.equal(fullRef(ref), wanted);
  assert.equal(fullRef('a/b', 'mirror:80'), 'mirror:80/a/b');
});

it('says which image cannot be pulled, why, and what to do', () => {
  const said = (message: string) =>
    pullError(
      'r/x:1',
      'as asked for with --pull',
      new EngineError(`(HTTP code 500) server error - ${message} `),
    );
  const cases = [
    [
      'dial tcp: lookup r on 10.0.0.1:53: no such host',
      /cannot be pulled \(as asked for with --pull\): its registry cannot be reached: dial tcp/,
      /leave out --pull/,
    ],
    [
      'Get "https://r/v2/": dial tcp 127.0.0.1:1: connect: connection refused',
      /its registry cannot be reached/,
      /ENVOY_LAB_REGISTRY/,
    ],
    [
      'manifest for r/x:1 not found: manifest unknown',
      /^image r\/x:1 cannot be pulled .*manifest unknown$/,
      /docker pull r\/x:1/,
    ],
    ['write /var/lib/x: no space left on device', /disk is full/, /docker system df/],
  ] as const;
  for (const [message, text, hint] of cases) {
    const error = said(message);
    assert.equal(error.code, 'runtime');
    assert.match(error.message, text);
    assert.match(error.hint!, hint);
  }
});

it('says of an image that is used as it is what else there is to do', () => {
  const said = (message: string, pull = false) =>
    registryError('docker.io/x/y:1', 'x/y:1', pull, new EngineError(message));
  const gone = said('dial tcp: lookup registry-1.docker.io: no such host');
  assert.equal(gone.code, 'runtime');
  assert.match(
    gone.message,
    /^image docker.io\/x\/y:1 cannot be pulled \(the container engine does not have it\): its registry cannot be reached: dial/,
  );
  assert.match(gone.hint!, /docker load\), or run one of ours in its place: --image x\/y:1=http-app/);
  const denied = said(
    "pull access denied for x/y, repository does not exist or may require 'docker login'",
    true,
  );
  assert.match(denied.message, /\(as asked for with --pull\): pull access denied/);
  assert.match(denied.hint!, /docker pull docker.io\/x\/y:1\) and leave out --pull, or run one of ours/);
});

it('says what the engine said when it cannot store an image', () => {
  const said = 'Error processing tar file(exit status 1): no space left on device';
  const error = imageError(new EngineError(said), 'give the engine image hello');
  assert.equal(error.message, `cannot give the engine image hello: the engine's disk is full (${said})`);
  assert.match(error.hint!, /docker system df/);
  assert.equal(imageError(Object.assign(new Error('a'), { name: 'AbortError' }), 'x').code, 'interrupted');
  assert.equal(imageError(error, 'x'), error);
});
