import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { Counter } from '../../stats/stats.ts';
import { FakeServer, nextTick, response } from './server.fake.ts';

/** A held request is read on from when the sockets were looked at once more. */
async function nextTurn(): Promise<void> {
  await setImmediate();
  await setImmediate();
}

const get = (path: string, ...fields: string[]) =>
  `${[`GET ${path} HTTP/1.1`, 'Host: h', ...fields].join('\r\n')}\r\n\r\n`;
const post = (length: number) => `POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: ${length}\r\n\r\n`;

describe('Http1ServerConnection reads', () => {
  it('starts a stream with the first byte, and delivers a bodiless request as ended', () => {
    const server = new FakeServer();
    server.send('G');
    assert.deepEqual(server.events, ['stream']);
    server.send(get('/a').slice(1));
    assert.deepEqual(server.events, ['stream', 'GET /a end']);
  });

  it('joins the chunks of one dispatch, and ends the body with its last bytes', () => {
    const server = new FakeServer();
    server.send(
      'POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n2\r\nbc\r\n',
      '1\r\nd\r\n0\r\n\r\n',
    );
    assert.deepEqual(server.events, ['stream', 'POST /', 'data abc', 'data d end']);
  });

  it('ends a chunked body whose end comes alone with no bytes', () => {
    const server = new FakeServer();
    server.send('POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n', '0\r\n\r\n');
    assert.deepEqual(server.events, ['stream', 'POST /', 'data a', 'data  end']);
  });

  it('drops trailers unless they are enabled', () => {
    const bytes =
      'POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX: y\r\n\r\n';
    const server = new FakeServer();
    server.send(bytes);
    assert.deepEqual(server.events, ['stream', 'POST /', 'data a end']);
    const enabled = new FakeServer({ enableTrailers: true });
    enabled.send(bytes);
    assert.deepEqual(enabled.events, ['stream', 'POST /', 'data a', 'trailers x']);
  });

  it('knows the protocol of each request', () => {
    const server = new FakeServer({ acceptHttp10: true });
    server.onHeaders = (_, encoder) => encoder.encodeHeaders(response(200), true);
    server.send('GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n');
    assert.equal(server.codec.protocol, 'HTTP/1.0');
    server.send(get('/'));
    assert.equal(server.codec.protocol, 'HTTP/1.1');
  });

  it('reads the same fields again as it did first, and others as others', () => {
    const server = new FakeServer();
    const seen: string[] = [];
    server.onHeaders = (headers, encoder) => {
      seen.push(`${headers.authority} ${headers.names.map((name, i) => `${name}=${headers.values[i]}`)}`);
      headers.remove('a');
      encoder.encodeHeaders(response(200), true);
    };
    server.send(
      get('/1', 'A: b'),
      get('/2', 'A: b'),
      get('/3', 'A: c'),
      get('/4', 'A: c', 'D: e'),
      get('/5', 'A: c'),
    );
    server.send(get('/6', 'A: c') + get('/7', 'A: c'));
    assert.deepEqual(seen, ['h a=b', 'h a=b', 'h a=c', 'h a=c,d=e', 'h a=c', 'h a=c', 'h a=c']);
  });

  it('frames by remembered fields as by read ones', () => {
    const server = new FakeServer();
    server.onHeaders = (_headers, encoder, endStream) => {
      if (endStream) encoder.encodeHeaders(response(200), true);
    };
    const chunked = 'POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n';
    for (let i = 0; i < 2; i++) {
      server.send(`${chunked}1\r\na\r\n0\r\n\r\n`);
      server.encoder.encodeHeaders(response(200), true);
      server.send(`${post(2)}ab`);
      server.encoder.encodeHeaders(response(200), true);
    }
    const round = ['stream', 'POST /c', 'data a end', 'stream', 'POST /p', 'data ab end'];
    assert.deepEqual(server.events, [...round, ...round]);
  });

  it('frames by the fields it remembers, not by those of a head too long to remember', () => {
    const server = new FakeServer();
    server.onHeaders = (_headers, encoder, endStream) => {
      if (endStream) encoder.encodeHeaders(response(200), true);
    };
    server.send(
      get('/1'),
      `POST /2 HTTP/1.1\r\nHost: h\r\nX: ${'x'.repeat(3000)}\r\nContent-Length: 2\r\n\r\nab`,
    );
    server.encoder.encodeHeaders(response(200), true);
    server.send(get('/3'));
    assert.deepEqual(server.events, [
      'stream',
      'GET /1 end',
      'stream',
      'POST /2',
      'data ab end',
      'stream',
      'GET /3 end',
    ]);
  });

  it('passes what follows an upgrade or a CONNECT on as it is', () => {
    const server = new FakeServer();
    server.send(get('/', 'Connection: upgrade', 'Upgrade: websocket'), 'GET /not a request');
    assert.deepEqual(server.events, ['stream', 'GET /', 'data GET /not a request']);
    const tunnel = new FakeServer();
    tunnel.send('CONNECT h:1 HTTP/1.1\r\nHost: h:1\r\n\r\n\x16\x03');
    assert.deepEqual(tunnel.events, ['stream', 'CONNECT ', 'data \x16\x03']);
  });
});

describe('Http1ServerConnection counts', () => {
  it('fields dropped and requests refused for an underscore', () => {
    const counts = new Map<string, number>();
    const counter = (name: string): Counter => ({
      name,
      value: 0,
      inc: () => counts.set(name, (counts.get(name) ?? 0) + 1),
      add: (amount) => counts.set(name, (counts.get(name) ?? 0) + amount),
      reset: () => {},
    });
    const stats = {
      droppedHeadersWithUnderscores: counter('dropped'),
      requestsRejectedWithUnderscoresInHeaders: counter('refused'),
      responseFlood: counter('flood'),
    };
    const dropping = new FakeServer({ headersWithUnderscoresAction: 'DROP_HEADER', stats });
    dropping.onHeaders = (_, encoder) => encoder.encodeHeaders(response(200), true);
    for (let i = 0; i < 2; i++) dropping.send(get('/', 'a_b: c', 'd_e: f'));
    new FakeServer({ headersWithUnderscoresAction: 'REJECT_REQUEST', stats }).send(get('/', 'a_b: c'));
    assert.deepEqual(
      [...counts],
      [
        ['dropped', 4],
        ['refused', 1],
      ],
    );
  });
});

describe('Http1ServerConnection waits', () => {
  it('ends without a word when more than two requests of one read are answered at once', () => {
    const flooded = new FakeServer();
    flooded.onHeaders = (_, encoder) => encoder.encodeHeaders(response(200), true);
    flooded.send(get('/1') + get('/2') + get('/3'));
    assert.equal(flooded.writes.length, 2);
    assert.equal(flooded.error?.message, 'Too many responses queued.');
    assert.equal(flooded.error?.status, 0);

    const patient = new FakeServer();
    patient.onHeaders = (_, encoder) => encoder.encodeHeaders(response(200), true);
    patient.send(get('/1') + get('/2'), get('/3'));
    assert.equal(patient.writes.length, 3);
    assert.equal(patient.error, undefined);
  });

  it('holds a pipelined request until the response is complete, and stops reading meanwhile', async () => {
    const server = new FakeServer();
    server.send(get('/1') + get('/2') + get('/3').slice(0, 5));
    assert.deepEqual(server.events, ['stream', 'GET /1 end', 'pause']);
    server.encoder.encodeHeaders(response(200), true);
    assert.equal(server.events.length, 3, 'the caller is not interrupted');
    await nextTurn();
    assert.deepEqual(server.events.slice(3), ['stream', 'GET /2 end']);
    server.send(get('/3').slice(5));
    server.encoder.encodeHeaders(response(200), true);
    await nextTurn();
    assert.deepEqual(server.events.slice(5), ['stream', 'GET /3 end', 'read']);
  });

  it('serves what is answered at once without pausing', () => {
    const server = new FakeServer();
    server.onHeaders = (_, encoder) => encoder.encodeHeaders(response(200), true);
    server.send(get('/1') + get('/2'));
    assert.deepEqual(server.events, ['stream', 'GET /1 end', 'stream', 'GET /2 end']);
  });

  it('holds the body while reading is disabled, as often as it was, and then goes on by itself', async () => {
    const server = new FakeServer();
    server.send(post(6));
    server.encoder.readDisable(true);
    server.encoder.readDisable(true);
    server.send('ab', 'cd');
    server.encoder.readDisable(false);
    await nextTick();
    assert.deepEqual(server.events, ['stream', 'POST /p', 'pause']);
    server.encoder.readDisable(false);
    await nextTick();
    assert.deepEqual(server.events.slice(3), ['data abcd', 'read']);
    server.send('ef');
    assert.deepEqual(server.events.slice(5), ['data ef end']);
  });

  it('forgets the read-disables of a stream that is over', async () => {
    const server = new FakeServer();
    server.send(get('/1'));
    const first = server.encoder;
    first.readDisable(true);
    first.encodeHeaders(response(200), true);
    first.readDisable(false);
    server.send(get('/2'));
    await nextTick();
    assert.deepEqual(server.events, ['stream', 'GET /1 end', 'pause', 'read', 'stream', 'GET /2 end']);
  });
});

describe('Http1ServerConnection ends', () => {
  it('answers an error through the newest stream, opened for it if there was none, and reads no more', () => {
    const server = new FakeServer();
    server.send(get('/1'));
    server.encoder.encodeHeaders(response(200), true);
    server.send('\x16', get('/2'));
    assert.deepEqual(server.events.slice(2), ['stream', 'error 400 http1.codec_error']);
    server.encoder.encodeHeaders(response(400, { connection: 'close' }), true);
    assert.deepEqual(server.events.slice(4), ['close']);
  });

  it('answers with a body even what was asked by HEAD', () => {
    const server = new FakeServer();
    server.send('HEAD / HTTP/1.1\r\nHost: a/b\r\n\r\n');
    assert.equal(server.error?.details, 'http.invalid_authority');
    server.encoder.encodeHeaders(response(400, { 'content-length': '3' }), false);
    server.encoder.encodeData(Buffer.from('bad'), true);
    assert.equal(server.writes.join(''), 'HTTP/1.1 400 Bad Request\r\ncontent-length: 3\r\n\r\nbad');
  });

  it('tells of an error inside a body once what came before it was delivered', () => {
    const server = new FakeServer();
    server.send('POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\nzz\r\n', 'more');
    assert.deepEqual(server.events, ['stream', 'POST /', 'data a', 'error 400 http1.codec_error']);
  });

  it('closes behind a response that ends before its request', () => {
    const server = new FakeServer();
    server.send(`${post(10)}abc`);
    server.encoder.encodeHeaders(response(200), true);
    server.send('defghij', get('/2'));
    assert.deepEqual(server.events, ['stream', 'POST /p', 'data abc', 'close']);
  });

  it('leaves it to its owner to act on what the response says of the connection', async () => {
    const server = new FakeServer();
    server.send(get('/'));
    server.encoder.encodeHeaders(response(200, { connection: 'close' }), true);
    server.send(get('/2'));
    assert.deepEqual(server.events, ['stream', 'GET / end', 'stream', 'GET /2 end']);
  });

  it('reads nothing more once it is stopped, not even what was held', async () => {
    const server = new FakeServer();
    server.send(get('/') + get('/2'));
    server.encoder.encodeHeaders(response(200), true);
    server.codec.stop();
    server.send(get('/3'));
    await nextTurn();
    assert.deepEqual(server.events, ['stream', 'GET / end', 'pause']);
  });

  it('resets the open stream at FIN and when the transport is gone', () => {
    const server = new FakeServer();
    server.send(get('/'));
    server.codec.onEnd();
    const reset = 'reset connection-termination downstream_remote_disconnect';
    assert.deepEqual(server.events, ['stream', 'GET / end', reset, 'close']);
    const gone = new FakeServer();
    gone.send('GE');
    gone.codec.onConnectionClosed();
    gone.send('T');
    assert.deepEqual(gone.events, ['stream', reset]);
  });

  it('sends the head that waits when a stream is reset, and nothing after it', async () => {
    const server = new FakeServer();
    server.send(get('/'));
    server.encoder.encodeHeaders(response(200), false);
    server.encoder.resetStream('local-reset');
    server.encoder.encodeData(Buffer.from('late'), true);
    await nextTick();
    assert.deepEqual(server.writes, ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n']);
    assert.deepEqual(server.events, ['stream', 'GET / end', 'close']);
  });

  it('drops the head that waits when the transport is gone', async () => {
    const server = new FakeServer();
    server.send(get('/'));
    server.encoder.encodeHeaders(response(200), false);
    server.codec.onConnectionClosed();
    await nextTick();
    assert.deepEqual(server.writes, []);
  });
});
