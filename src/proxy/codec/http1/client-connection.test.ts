import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HeaderMap } from '../../http/headers.ts';
import { FakeClient, request } from './client.fake.ts';
import { nextTick } from './server.fake.ts';

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n';
const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';

describe('ClientStream', () => {
  for (const [what, headers, ended, expected] of [
    ['GET', request('GET', '/a?b', { x: 'y' }), true, 'GET /a?b HTTP/1.1\r\nhost: h\r\nx: y\r\n\r\n'],
    [
      'POST without a body',
      request('POST', '/'),
      true,
      'POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 0\r\n\r\n',
    ],
    ['DELETE without a body', request('DELETE', '/'), true, 'DELETE / HTTP/1.1\r\nhost: h\r\n\r\n'],
    [
      'a body of no length',
      request('GET', '/'),
      false,
      'GET / HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
    ],
    [
      'a body of a length',
      request('POST', '/', { 'content-length': '3' }),
      false,
      'POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 3\r\n\r\nabc',
    ],
    ['CONNECT', request('CONNECT', ''), false, 'CONNECT h HTTP/1.1\r\nhost: h\r\n\r\nabc'],
    [
      'an upgrade',
      request('GET', '/', { connection: 'upgrade', upgrade: 'websocket' }),
      false,
      'GET / HTTP/1.1\r\nhost: h\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\nabc',
    ],
  ] as const) {
    it(`sends ${what} in one write`, () => {
      const client = new FakeClient();
      const encoder = client.start();
      encoder.encodeHeaders(headers, ended);
      if (!ended) encoder.encodeData(Buffer.from('abc'), true);
      assert.deepEqual(client.writes, [expected]);
    });
  }

  it('sends a head whose body is late at the end of the tick, and trailers when they are enabled', async () => {
    const client = new FakeClient({ enableTrailers: true });
    const encoder = client.start();
    encoder.encodeHeaders(request('POST', '/'), false);
    await nextTick();
    encoder.encodeData(Buffer.from('abc'), false);
    encoder.encodeTrailers(new HeaderMap(['x'], ['y']));
    assert.deepEqual(client.writes, [
      'POST / HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n',
      '3\r\nabc\r\n',
      '0\r\nx: y\r\n\r\n',
    ]);
  });
});

describe('Http1ClientConnection', () => {
  it('serves one request after the other, started in the callback or later', () => {
    const client = new FakeClient();
    client.get();
    client.onReusable = () => {
      client.onReusable = undefined;
      client.get();
    };
    client.receive(`${ok}hi`);
    client.receive(`${ok}h`, 'o');
    client.get();
    client.receive('HTTP/1.1 204 No Content\r\n\r\n');
    const first = ['200', 'data hi end', 'over reusable whole'];
    const second = ['200', 'data h', 'data o end', 'over reusable whole'];
    assert.deepEqual(client.events, [...first, ...second, '204 end', 'over reusable whole']);
  });

  it('never takes bytes behind a response for the answer to the next request', () => {
    const client = new FakeClient();
    client.get();
    client.onReusable = () => client.get('/victim');
    client.receive(`${ok}hi${ok}no`);
    assert.deepEqual(client.events, ['200', 'data hi end', 'over whole', 'error http1.codec_error']);
    assert.equal(client.writes.length, 1);
  });

  it('takes bytes nobody asked for as an error', () => {
    const client = new FakeClient();
    client.receive('HTTP/1.1 408 Request Timeout\r\n');
    assert.deepEqual(client.events, ['error http1.codec_error']);
  });

  it('tells the owner of an error first and resets the stream then', () => {
    const client = new FakeClient();
    client.get();
    client.receive('HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n', ok);
    assert.deepEqual(client.events, ['error http1.codec_error', 'reset protocol-error http1.codec_error']);
  });

  it('gives up the connection when the response ends before its request', () => {
    const client = new FakeClient();
    const encoder = client.start();
    encoder.encodeHeaders(request('POST', '/', { 'content-length': '5' }), false);
    encoder.encodeData(Buffer.from('ab'), false);
    client.receive(`${ok}hi`);
    encoder.encodeData(Buffer.from('cde'), true);
    assert.deepEqual(client.events, ['200', 'data hi end', 'over']);
    assert.equal(client.writes.join('').endsWith('ab'), true);
  });

  it('gives up the connection when the response says that it ends with it', () => {
    for (const head of ['HTTP/1.1 200 OK\r\nConnection: close', 'HTTP/1.0 200 OK']) {
      const client = new FakeClient();
      client.get();
      client.receive(`${head}\r\nContent-Length: 2\r\n\r\nhi`);
      assert.deepEqual(client.events, ['close notice', '200', 'data hi end', 'over whole']);
    }
  });

  it('reads a response without a length until FIN', () => {
    const client = new FakeClient();
    client.get();
    client.receive('HTTP/1.1 200 OK\r\n\r\n', 'ab', 'c');
    client.codec.onEnd();
    assert.deepEqual(client.events, ['200', 'data ab', 'data c', 'data  end', 'over whole']);
  });

  it('resets at FIN: a protocol error when something had come, else a lost connection', () => {
    const silent = new FakeClient();
    silent.get();
    silent.codec.onEnd();
    assert.deepEqual(silent.events, ['reset connection-termination']);
    const half = new FakeClient();
    half.get();
    half.receive(`${ok}h`);
    half.codec.onEnd();
    assert.deepEqual(half.events.slice(2), [
      'error http1.codec_error',
      'reset protocol-error http1.codec_error',
    ]);
  });

  it('resets the stream with the reason its owner gives', () => {
    const client = new FakeClient();
    client.get();
    client.codec.onConnectionClosed('connection-termination');
    client.codec.onConnectionClosed('connection-termination');
    assert.deepEqual(client.events, ['reset connection-termination']);
  });

  it('ends a stream that is reset, without telling its decoder', async () => {
    const client = new FakeClient();
    const encoder = client.start();
    encoder.encodeHeaders(request('POST', '/'), false);
    encoder.resetStream('local-reset');
    encoder.resetStream('local-reset');
    client.receive(ok);
    await nextTick();
    assert.deepEqual(client.events, ['over']);
    assert.deepEqual(client.writes, []);
  });

  it('can be reset from inside a callback', () => {
    const client = new FakeClient();
    const encoder = client.get();
    client.decodeHeaders = () => encoder.resetStream('local-reset');
    client.receive(`${ok}hi`);
    assert.deepEqual(client.events, ['over']);
  });

  it('delivers interim heads, then the response', () => {
    const client = new FakeClient();
    client.get();
    client.receive('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n', `${ok}hi`);
    assert.deepEqual(client.events, [
      'interim 100',
      'interim 103',
      '200',
      'data hi end',
      'over reusable whole',
    ]);
  });

  it('delivers trailers when they are enabled', () => {
    for (const [enableTrailers, tail] of [
      [true, ['data a', 'trailers x']],
      [false, ['data a end']],
    ] as const) {
      const client = new FakeClient({ enableTrailers });
      client.get();
      client.receive(`${chunked}1\r\na\r\n0\r\nx: y\r\n\r\n`);
      assert.deepEqual(client.events, ['200', ...tail, 'over reusable whole']);
    }
  });

  it('passes the bytes of a tunnel on as they are, until FIN', () => {
    for (const [headers, head, status, end] of [
      // Of a CONNECT the connection is closed from here, as Envoy does it: its owner resets the stream.
      [request('CONNECT', ''), 'HTTP/1.1 200 OK\r\n\r\n', '200', 'tunnel over'],
      [
        request('GET', '/', { connection: 'Upgrade', upgrade: 'websocket' }),
        'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n',
        '101',
        'reset connection-termination',
      ],
    ] as const) {
      const client = new FakeClient();
      client.start().encodeHeaders(headers, false);
      client.receive(`${head}HTTP/1.1 nothing`, 'of\r\nthe kind');
      client.codec.onEnd();
      const [first, ...rest] = client.events;
      assert.equal(first, status);
      assert.deepEqual(rest, ['data HTTP/1.1 nothing', 'data of\r\nthe kind', end]);
    }
  });

  it('closes both ways when the client ends a tunnel', () => {
    const client = new FakeClient();
    const encoder = client.start();
    encoder.encodeHeaders(request('CONNECT', ''), false);
    client.receive('HTTP/1.1 200 OK\r\n\r\n');
    encoder.encodeData(Buffer.from('bye'), true);
    assert.deepEqual(client.events, ['200', 'tunnel over']);
    assert.equal(client.writes.join(''), 'CONNECT h HTTP/1.1\r\nhost: h\r\n\r\nbye');
  });

  it('reads a 101 that names no protocol as an answer without a body', () => {
    const client = new FakeClient();
    client.start().encodeHeaders(request('GET', '/', { connection: 'Upgrade', upgrade: 'websocket' }), false);
    client.receive('HTTP/1.1 101 Switching Protocols\r\n\r\n');
    assert.deepEqual(client.events, ['101 end', 'over']);
  });

  it('reads a refused CONNECT as any response', () => {
    const client = new FakeClient();
    client.start().encodeHeaders(request('CONNECT', ''), false);
    client.receive('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno');
    assert.deepEqual(client.events, ['403', 'data no end', 'over']);
  });

  it('holds what comes while reading is disabled', async () => {
    const client = new FakeClient();
    const encoder = client.get();
    client.receive(ok);
    encoder.readDisable(true);
    client.receive('h', 'i');
    assert.deepEqual(client.events, ['200', 'pause']);
    encoder.readDisable(false);
    await nextTick();
    assert.deepEqual(client.events.slice(2), ['data hi end', 'over reusable whole', 'read']);
  });

  it('reads remembered fields as it did at first', () => {
    const client = new FakeClient();
    for (const body of ['1\r\na\r\n0\r\n\r\n', '1\r\nb\r\n0\r\n\r\n']) {
      client.get();
      client.receive(chunked + body);
    }
    client.get();
    client.receive(`${ok}hi`);
    const round = (data: string) => ['200', `data ${data} end`, 'over reusable whole'];
    assert.deepEqual(client.events, [...round('a'), ...round('b'), ...round('hi')]);
  });
});
