import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RequestHeaders } from '../http/headers.ts';
import { readAutoNames } from './auto-names.ts';

const none = { name: 'c' };
const namesOf = (options: object, host: string | undefined, fields: Record<string, string[]> = {}) => {
  const headers = new RequestHeaders();
  headers.authority = host;
  for (const [name, values] of Object.entries(fields)) for (const value of values) headers.add(name, value);
  return readAutoNames({ ...none, upstream_http_protocol_options: options })?.(headers);
};

describe('names of upstreams by request', () => {
  it('are nothing that a cluster has unless it says so', () => {
    assert.equal(readAutoNames(none), undefined);
    assert.equal(
      readAutoNames({ ...none, upstream_http_protocol_options: { override_auto_sni_header: 'x' } }),
      undefined,
    );
  });

  it('are the host, without a port that can be one', () => {
    const serverName = (host: string | undefined) => namesOf({ auto_sni: true }, host)?.serverName;
    assert.equal(serverName('a.example'), 'a.example');
    assert.equal(serverName('a.example:443'), 'a.example');
    assert.equal(serverName('a.example:65536'), 'a.example:65536');
    assert.equal(serverName('a.example:'), 'a.example:');
    assert.equal(serverName(undefined), '');
  });

  it('are no addresses for SNI, but for certificates', () => {
    for (const host of ['127.0.0.1', '127.0.0.1:80', '[::1]', '[::1]:80']) {
      assert.equal(namesOf({ auto_sni: true }, host), undefined);
    }
    assert.deepEqual(namesOf({ auto_sni: true, auto_san_validation: true }, '[::1]:80'), {
      serverName: undefined,
      subjectAltNames: ['::1'],
    });
  });

  it('are the first value of another field, unless that is empty', () => {
    const options = { auto_sni: true, override_auto_sni_header: 'X-Name' };
    assert.equal(namesOf(options, 'a', { 'x-name': ['b:80', 'c'] })?.serverName, 'b');
    assert.equal(namesOf(options, 'a', { 'x-name': [''] })?.serverName, 'a');
    assert.equal(namesOf(options, 'a')?.serverName, 'a');
  });
});
