import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HeaderMap } from '../../http/headers.ts';
import type { Http1ServerOptions } from './options.ts';
import { FakeServer, nextTick, response } from './server.fake.ts';

function asked(first: string, options: Partial<Http1ServerOptions> = {}): FakeServer {
  const server = new FakeServer(options);
  server.send(`${first}\r\nHost: h\r\n\r\n`);
  return server;
}

const chunked = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';

describe('ServerStream', () => {
  it('sends a small response in one write', () => {
    const { encoder, writes } = asked('GET / HTTP/1.1');
    encoder.encodeHeaders(response(200, { 'content-length': '2', x: 'y' }), false);
    encoder.encodeData(Buffer.from('hi'), true);
    assert.deepEqual(writes, ['HTTP/1.1 200 OK\r\ncontent-length: 2\r\nx: y\r\n\r\nhi']);
  });

  it('sends a head whose body does not come at once at the end of the tick', async () => {
    const { encoder, writes } = asked('GET / HTTP/1.1');
    encoder.encodeHeaders(response(200), false);
    assert.deepEqual(writes, []);
    await nextTick();
    assert.deepEqual(writes, [chunked]);
    encoder.encodeData(Buffer.from('abc'), false);
    encoder.encodeData(Buffer.alloc(0), false);
    encoder.encodeData(Buffer.alloc(26, 'x'), false);
    encoder.encodeData(Buffer.alloc(0), true);
    assert.deepEqual(writes.slice(1), ['3\r\nabc\r\n', `1a\r\n${'x'.repeat(26)}\r\n`, '0\r\n\r\n']);
  });

  it('does not copy a large body', () => {
    const { encoder, writes } = asked('GET / HTTP/1.1');
    const large = 'x'.repeat(100_000);
    encoder.encodeHeaders(response(200), false);
    encoder.encodeData(Buffer.from(large), true);
    assert.deepEqual(writes, [`${chunked}186a0\r\n`, large, '\r\n0\r\n\r\n']);
  });

  for (const [what, first, headers, ended, expected] of [
    ['no body', 'GET / HTTP/1.1', response(200), true, 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'],
    ['204', 'GET / HTTP/1.1', response(204), true, 'HTTP/1.1 204 No Content\r\n\r\n'],
    [
      '304',
      'GET / HTTP/1.1',
      response(304, { etag: 'a' }),
      true,
      'HTTP/1.1 304 Not Modified\r\netag: a\r\n\r\n',
    ],
    [
      '304 of a length',
      'GET / HTTP/1.1',
      response(304, { 'content-length': '30' }),
      true,
      'HTTP/1.1 304 Not Modified\r\ncontent-length: 30\r\n\r\n',
    ],
    [
      'a status without a name',
      'GET / HTTP/1.1',
      response(418),
      true,
      'HTTP/1.1 418 Unknown\r\ncontent-length: 0\r\n\r\n',
    ],
    ['HEAD', 'HEAD / HTTP/1.1', response(200), true, chunked],
    [
      'HEAD of a length',
      'HEAD / HTTP/1.1',
      response(200, { 'content-length': '3' }),
      true,
      'HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n',
    ],
    [
      'its own transfer-encoding left out',
      'GET / HTTP/1.1',
      response(200, { 'transfer-encoding': 'gzip', 'content-length': '0' }),
      true,
      'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n',
    ],
    [
      'CONNECT, refused',
      'CONNECT h:1 HTTP/1.1',
      response(404),
      true,
      'HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n',
    ],
  ] as const) {
    it(`frames ${what}`, () => {
      const { encoder, writes } = asked(first);
      encoder.encodeHeaders(headers, ended);
      assert.deepEqual(writes, [expected]);
    });
  }

  it('sends no body to HEAD', () => {
    const { encoder, writes } = asked('HEAD / HTTP/1.1');
    encoder.encodeHeaders(response(200), false);
    encoder.encodeData(Buffer.from('abc'), true);
    assert.deepEqual(writes, [chunked]);
  });

  it('sends 1xx at once and the response after it', () => {
    const { encoder, writes } = asked('GET / HTTP/1.1');
    encoder.encode1xxHeaders(response(100));
    encoder.encodeHeaders(response(200), true);
    assert.deepEqual(writes, [
      'HTTP/1.1 100 Continue\r\n\r\n',
      'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n',
    ]);
  });

  it('speaks HTTP/1.0 to those who do: no chunks, the end of the connection for a length', () => {
    const { encoder, writes, events } = asked('GET / HTTP/1.0', { acceptHttp10: true });
    encoder.encodeHeaders(response(200), false);
    encoder.encodeData(Buffer.from('abc'), true);
    assert.deepEqual(writes, ['HTTP/1.0 200 OK\r\n\r\nabc']);
    assert.equal(events.at(-1), 'close');
  });

  it('refuses HTTP/1.0 in the words of HTTP/1.1 unless it is accepted', () => {
    const server = asked('GET / HTTP/1.0');
    assert.equal(server.error?.status, 426);
    server.encoder.encodeHeaders(response(426), true);
    assert.deepEqual(server.writes, ['HTTP/1.1 426 Upgrade Required\r\ncontent-length: 0\r\n\r\n']);
  });

  it('sends trailers behind a chunked body when they are enabled', () => {
    for (const [enableTrailers, tail] of [
      [true, '0\r\nx: y\r\n\r\n'],
      [false, '0\r\n\r\n'],
    ] as const) {
      const { encoder, writes } = asked('GET / HTTP/1.1', { enableTrailers });
      encoder.encodeHeaders(response(200), false);
      encoder.encodeData(Buffer.from('a'), false);
      encoder.encodeTrailers(new HeaderMap(['x'], ['y']));
      assert.deepEqual(writes, [`${chunked}1\r\na\r\n`, tail]);
    }
  });

  it('leaves trailers out where the length was told', () => {
    const { encoder, writes } = asked('GET / HTTP/1.1', { enableTrailers: true });
    encoder.encodeHeaders(response(200, { 'content-length': '1' }), false);
    encoder.encodeData(Buffer.from('a'), false);
    encoder.encodeTrailers(new HeaderMap(['x'], ['y']));
    assert.equal(writes.join(''), 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\na');
  });

  it('sends the bytes of an upgraded connection as they are', () => {
    const server = asked('GET / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: websocket');
    server.encoder.encodeHeaders(response(101, { connection: 'upgrade', upgrade: 'websocket' }), false);
    server.encoder.encodeData(Buffer.from('\x81'), false);
    assert.equal(
      server.writes.join(''),
      'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n\xc2\x81',
    );
  });

  it('ignores what is said after its end', () => {
    const { encoder, writes, events } = asked('GET / HTTP/1.1');
    encoder.encodeHeaders(response(200), true);
    encoder.encodeHeaders(response(500), true);
    encoder.encodeData(Buffer.from('a'), true);
    encoder.readDisable(true);
    encoder.resetStream('local-reset');
    assert.equal(writes.length, 1);
    assert.deepEqual(events, ['stream', 'GET / end']);
  });
});
