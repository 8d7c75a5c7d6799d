import assert from 'node:assert/strict';
import { type ClientHttp2Session, connect } from 'node:http2';
import { describe, it } from 'node:test';
import { clusterTo, direct, listener, TestServer, toUp, Upstream, until } from './server.fake.ts';

/** A session of Node's own client, which ends with the test. */
function sessionTo(port: number): ClientHttp2Session & Disposable {
  const session = connect(`http://127.0.0.1:${port}`);
  session.on('error', () => {});
  return Object.assign(session, { [Symbol.dispose]: () => session.destroy() });
}

/** One request and all of its answer. */
function ask(
  session: ClientHttp2Session,
  path: string,
  body?: Buffer,
): Promise<{ status: number; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ':path': path, ':method': body === undefined ? 'GET' : 'POST' });
    let status = 0;
    const chunks: Buffer[] = [];
    stream.on('response', (headers) => {
      status = Number(headers[':status']);
    });
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('error', reject);
    stream.on('end', () => resolve({ status, body: Buffer.concat(chunks) }));
    stream.end(body);
  });
}

describe('a listener that is asked by an HTTP/2 client', () => {
  it('serves many streams of one connection', async () => {
    using up = await Upstream.answering('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
    await using proxy = await TestServer.start(toUp, up.port);
    using session = sessionTo(proxy.port());
    const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => ask(session, `/${i}`)));
    for (const { status, body } of answers) assert.equal(`${status} ${body}`, '200 ok');
    assert.equal(proxy.counter('http.main.downstream_cx_http2_total'), 1);
    assert.equal(proxy.counter('http.main.downstream_rq_http2_total'), 50);
  });

  it('carries large bodies both ways, each at its reader’s pace', async () => {
    using up = await Upstream.start((socket) => {
      let left = -1;
      socket.on('data', (data) => {
        let at = 0;
        if (left < 0) {
          at = data.indexOf('\r\n\r\n') + 4;
          left = 3_000_000;
          socket.write('HTTP/1.1 200 OK\r\ncontent-length: 3000000\r\n\r\n');
        }
        left -= data.length - at;
        socket.write(data.subarray(at));
      });
    });
    await using proxy = new TestServer({
      static_resources: {
        listeners: [
          listener('main', toUp, {
            hcm: {
              http2_protocol_options: {
                initial_stream_window_size: 65_535,
                initial_connection_window_size: 65_535,
              },
            },
          }),
        ],
        clusters: [clusterTo(up.port)],
      },
    });
    await proxy.run();
    using session = sessionTo(proxy.port());
    const sent = Buffer.alloc(3_000_000);
    for (let i = 0; i < sent.length; i++) sent[i] = i % 251;
    const stream = session.request({ ':method': 'POST', ':path': '/', 'content-length': sent.length });
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.end(sent);
    await until('the body is back', () => chunks.reduce((sum, { length }) => sum + length, 0) >= sent.length);
    assert.ok(Buffer.concat(chunks).equals(sent));
  });

  it('ends a connection whose streams are opened only to be reset', async () => {
    using up = await Upstream.start((socket) => void socket.resume());
    await using proxy = await TestServer.start(toUp, up.port);
    using session = sessionTo(proxy.port());
    let ended = false;
    session.on('close', () => {
      ended = true;
    });
    for (let i = 0; i < 260; i++) {
      const stream = session.request({ ':path': '/' });
      stream.on('error', () => {});
      stream.close(8);
    }
    await until('the client is hung up on', () => ended);
    assert.equal(proxy.counter('http.main.downstream_rq_too_many_premature_resets'), 1);
  });

  it('says goodbye by GOAWAY while its health check fails', async () => {
    await using proxy = await TestServer.start(direct('hi'), 1, {
      hcm: { drain_timeout: 20, delayed_close_timeout: 20 },
    });
    using session = sessionTo(proxy.port());
    proxy.server.healthCheckFailed = true;
    let goAways = 0;
    session.on('goaway', () => goAways++);
    assert.equal(String((await ask(session, '/')).body), 'hi');
    await until('the client is told', () => goAways > 0);
    await until('the connection ends', () => session.closed || session.destroyed);
  });
});
