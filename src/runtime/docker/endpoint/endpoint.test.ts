import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseEndpoint } from './endpoint.ts';

const parse = (text: string, rest = {}) => parseEndpoint(text, 'DOCKER_HOST', { platform: 'linux', ...rest });

describe('the address of an engine', () => {
  it('is a socket, on Windows a pipe', () => {
    assert.deepEqual(parse('unix:///run/x.sock').at, { kind: 'socket', path: '/run/x.sock' });
    assert.equal(parse('unix://').url, 'unix:///var/run/docker.sock');
    const pipe = parse('npipe:////./pipe/docker_engine', { platform: 'win32' });
    assert.deepEqual(pipe.at, { kind: 'socket', path: '//./pipe/docker_engine' });
  });

  it('is a host and a port, with the one Docker uses where none is written', () => {
    assert.deepEqual(parse('tcp://host:80').at, { kind: 'tcp', host: 'host', port: 80 });
    assert.equal(parse('host:2400').url, 'tcp://host:2400');
    assert.equal(parse('tcp://host').url, 'tcp://host:2375');
    assert.deepEqual(parse('tcp://[::1]:99/').at, { kind: 'tcp', host: '::1', port: 99 });
    assert.equal(parse('https://host').url, 'tcp://host:2376');
    const tls = { verify: true, ca: 'pem' };
    assert.deepEqual(parse('tcp://host', { tls }).at, { kind: 'tcp', host: 'host', port: 2376, tls });
  });

  for (const [text, why] of [
    ['foo://x', /nothing is known of foo:\/\//],
    ['unix://relative.sock', /must be absolute/],
    ['tcp://', /is no engine's address/],
    ['tcp://host:99999', /is no engine's address/],
    ['tcp://host:0', /is no engine's address/],
    ['tcp://host/prefix', /is no engine's address/],
    ['a b', /is no engine's address/],
  ] as const) {
    it(`is not ${text}`, () => {
      assert.throws(() => parse(text), { code: 'usage', message: why, hint: /unix:\/\/\/var\/run/ });
      assert.throws(() => parse(text), { message: new RegExp(`^DOCKER_HOST is ${JSON.stringify(text)}`) });
    });
  }
});
