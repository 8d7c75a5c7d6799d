import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alpnOf, readProtocols } from './upstream-protocol.ts';

const options = (http: object) => ({
  name: 'c',
  typed_extension_protocol_options: { 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': http },
});

for (const [config, protocol] of [
  [{ name: 'c' }, 'http1'],
  [{ name: 'c', http2_protocol_options: {} }, 'http2'],
  [{ name: 'c', protocol_selection: 'USE_DOWNSTREAM_PROTOCOL' as const }, 'downstream'],
  [options({ explicit_http_config: { http_protocol_options: {} } }), 'http1'],
  [options({ explicit_http_config: { http2_protocol_options: {} } }), 'http2'],
  [options({ use_downstream_protocol_config: {} }), 'downstream'],
  [options({ auto_config: {} }), 'auto'],
] as const) {
  test(`${JSON.stringify(config)} speaks ${protocol}`, () => {
    assert.equal(readProtocols(config as never).protocol, protocol);
  });
}

test('both deprecated fields are refused in the words of Envoy', () => {
  assert.throws(
    () => readProtocols({ name: 'c', http_protocol_options: {}, http2_protocol_options: {} }),
    /Both HTTP1 and HTTP2 options may only be configured with non-default 'protocol_selection' values/,
  );
});

test('ALPN offers what can be spoken, the best first', () => {
  assert.deepEqual(
    [alpnOf('auto'), alpnOf('http2'), alpnOf('http1')],
    [['h2', 'http/1.1'], ['h2'], ['http/1.1']],
  );
});
