import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Http2Options, http2Defaults } from './options.ts';
import { RequestFields } from './request-fields.ts';

const start = [
  [':method', 'GET'],
  [':scheme', 'http'],
  [':path', '/'],
  [':authority', 'a'],
] as const;

function read(
  fields: readonly (readonly [string, string])[],
  options: Partial<Http2Options> = {},
  trailers = false,
): RequestFields {
  const sink = new RequestFields({ ...http2Defaults, ...options });
  sink.begin(trailers);
  for (const [name, value] of fields) sink.onField(name, value);
  sink.end();
  return sink;
}

describe('the fields of an HTTP/2 request', () => {
  it('become headers, with cookies in one and host left to :authority', () => {
    const { headers, fault } = read([
      ...start,
      ['cookie', 'a=1'],
      ['x', 'y'],
      ['host', 'b'],
      ['cookie', 'b=2'],
    ]);
    assert.equal(fault, undefined);
    assert.deepEqual([headers.method, headers.path, headers.authority], ['GET', '/', 'a']);
    assert.deepEqual(
      [headers.names, headers.values],
      [
        ['x', 'cookie'],
        ['y', 'a=1; b=2'],
      ],
    );
  });

  it('may say the host instead of :authority', () => {
    assert.equal(read([...start.slice(0, 3), ['host', 'b']]).headers.authority, 'b');
  });

  it('are refused as nghttp2 refuses them', () => {
    const bad: (readonly [string, string])[] = [
      ['Upper', 'a'],
      ['', 'a'],
      ['a b', 'c'],
      ['a', 'b\n'],
      ['a', '\x7f'],
      ['connection', 'close'],
      ['keep-alive', '1'],
      ['proxy-connection', 'a'],
      ['transfer-encoding', 'chunked'],
      ['upgrade', 'a'],
      ['te', 'gzip'],
      ['content-length', '-1'],
      ['host', 'a b'],
      [':path', '/again'],
      [':status', '200'],
    ];
    for (const field of bad) assert.equal(read([...start, field]).fault, 'header', field[0]);
    for (let missing = 0; missing < start.length; missing++) {
      assert.equal(read(start.filter((_, i) => i !== missing)).fault, 'messaging');
    }
    assert.equal(read([[':path', '/']], {}, true).fault, 'header');
  });

  it('are limited in bytes and in number', () => {
    assert.equal(read([...start, ['x', 'y'.repeat(100)]], { maxHeadersBytes: 100 }).fault, 'too-large');
    assert.equal(read([...start, ['x', 'y']], { maxHeadersCount: 4 }).fault, 'too-many');
    assert.equal(read([...start, ['x', 'y']], { maxHeadersCount: 5 }).fault, undefined);
  });

  it('with an underscore are let through, dropped or refused', () => {
    const fields = [...start, ['a_b', 'c']] as const;
    assert.deepEqual(read(fields).headers.names, ['a_b']);
    const dropped = read(fields, { headersWithUnderscoresAction: 'DROP_HEADER' });
    assert.deepEqual([dropped.headers.names, dropped.dropped], [[], 1]);
    assert.equal(read(fields, { headersWithUnderscoresAction: 'REJECT_REQUEST' }).fault, 'underscore');
  });

  it('of CONNECT are a method and an authority only', () => {
    const connect = [
      [':method', 'CONNECT'],
      [':authority', 'a:1'],
    ] as const;
    assert.equal(read(connect).fault, undefined);
    assert.equal(read([...connect, [':path', '/']]).fault, 'messaging');
    const extended = (protocol: string) =>
      read([...start.slice(1), ...connect.slice(0, 1), [':protocol', protocol]], { allowConnect: true })
        .fault;
    assert.equal(extended('websocket'), undefined);
    assert.equal(extended('websocket\r\nx: y'), 'header');
  });
});
