import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { describe, it } from 'node:test';
import { type Exchange, forwardRequest, forwardUpgrade } from './forward.ts';
import { dialWire, type Wire, WireServer } from './wire.fake.ts';

/** A server that passes every request on to one page, which answers as it is told. */
async function rig(serve: (wire: Wire) => void, wrap: (socket: Socket) => Duplex = (socket) => socket) {
  const page = await WireServer.listen(serve);
  const server = createServer();
  const failures: string[] = [];
  const exchangeOf = (upstream: Duplex, path: string, failed: Exchange['failed']): Exchange => ({
    upstream,
    path,
    headers: (headers) => headers,
    answer: ({ headers }) => ({ headers, through: [] }),
    failed: (error) => {
      failures.push(error.message);
      failed(error);
    },
  });
  const dial = async () => {
    const socket = connect({ port: page.port, host: '127.0.0.1' });
    await once(socket, 'connect');
    return wrap(socket);
  };
  server.on('request', async (request, response) => {
    request.on('error', () => {});
    const upstream = await dial();
    const failed = () => response.writeHead(502, { 'content-length': 7 }).end('no page');
    forwardRequest(request, response, exchangeOf(upstream, request.url!, failed));
  });
  server.on('upgrade', async (request, socket: Socket, head) => {
    const upstream = await dial();
    const failed = () => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    forwardUpgrade(request, socket, head, exchangeOf(upstream, request.url!, failed));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    page,
    failures,
    ask: (text: string) => dialWire(port, text),
    [Symbol.asyncDispose]: () => end(server, page),
  };
}

async function end(server: Server, page: WireServer): Promise<void> {
  await page[Symbol.asyncDispose]();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

/** A stream with nothing of a socket, as a container engine has for the input and output of a command. */
function streamOf(socket: Socket): Duplex {
  const stream = new Duplex({
    read: () => void socket.resume(),
    write: (chunk: Buffer, _encoding, done) => void socket.write(chunk, done),
    final: (done) => void socket.end(done),
    destroy: (error, done) => {
      socket.destroy();
      done(error);
    },
  });
  socket.on('data', (chunk) => stream.push(chunk) || socket.pause());
  socket.on('end', () => stream.push(null));
  return stream;
}

const once200 = (wire: Wire) =>
  void wire.has(/\r\n\r\n/).then(
    () => wire.send('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'),
    () => {},
  );

describe('forwardRequest', () => {
  it('passes the path, the body and all values of a header on as they are', async () => {
    await using way = await rig((wire) => {
      void wire.has(/hello$/).then(() => {
        wire.send(
          'HTTP/1.1 201 Fine, thanks\r\nx-a: 1\r\nx-a: 2\r\nset-cookie: a=1\r\nset-cookie: b=2\r\ncontent-length: 2\r\n\r\nok',
        );
      });
    });
    const path = '/a//b/../c;d?http:/x//y&e=%2f|{}';
    const client = await way.ask(
      `POST ${path} HTTP/1.1\r\nhost: h\r\nx-b: 1\r\nx-b: 2\r\ncontent-length: 5\r\n\r\nhello`,
    );
    const answer = await client.has(/\r\n\r\nok$/);
    assert.match(
      answer,
      /^HTTP\/1.1 201 Fine, thanks\r\nx-a: 1\r\nx-a: 2\r\nset-cookie: a=1\r\nset-cookie: b=2\r\n/,
    );
    const asked = way.page.wires[0]!.text;
    assert.ok(asked.startsWith(`POST ${path} HTTP/1.1\r\n`), asked);
    assert.match(asked, /\r\nx-b: 1\r\nx-b: 2\r\n/);
    assert.match(asked, /\r\ncontent-length: 5\r\n/i);
    assert.ok(asked.endsWith('\r\n\r\nhello'));
  });

  for (const method of ['DELETE', 'OPTIONS']) {
    it(`keeps the framing of a chunked ${method}: its body is no request of its own`, async () => {
      await using way = await rig((wire) => {
        void wire.has(/0\r\n\r\n$/).then(
          () => wire.send('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'),
          () => {},
        );
      });
      const body = 'GET /smuggled HTTP/1.1\r\nhost: h\r\n\r\n';
      const client = await way.ask(
        `${method} / HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
      );
      await client.has(/\r\n\r\nok$/);
      const asked = way.page.wires[0]!.text;
      assert.match(asked, /\r\ntransfer-encoding: chunked\r\n/i);
      assert.doesNotMatch(asked, /content-length/i);
      assert.ok(asked.endsWith(`\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`), asked);
    });
    it(`gives a ${method} without a body none`, async () => {
      await using way = await rig(once200);
      await (await way.ask(`${method} / HTTP/1.1\r\nhost: h\r\n\r\n`)).has(/\r\n\r\nok$/);
      assert.doesNotMatch(way.page.wires[0]!.text, /content-length|transfer-encoding/i);
    });
  }

  it('survives a Trailer in a request without a body, and in an answer', async () => {
    await using way = await rig((wire) => {
      void wire
        .has(/\r\n\r\n/)
        .then(() => wire.send('HTTP/1.1 200 OK\r\ntrailer: x\r\ncontent-length: 2\r\n\r\nok'));
    });
    const client = await way.ask('GET / HTTP/1.1\r\nhost: h\r\ntrailer: x\r\n\r\n');
    const answer = await client.has(/\r\n\r\nok$/);
    assert.match(answer, /^HTTP\/1.1 200 OK/);
    assert.doesNotMatch(`${answer}${way.page.wires[0]!.text}`, /^trailer/im);
  });

  it('drops what is about one connection, both ways, and keeps TE: trailers', async () => {
    await using way = await rig((wire) => {
      void wire
        .has(/\r\n\r\n/)
        .then(() =>
          wire.send(
            'HTTP/1.1 200 OK\r\nconnection: x-hop\r\nx-hop: 1\r\nkeep-alive: timeout=3\r\nx-end: 1\r\ncontent-length: 2\r\n\r\nok',
          ),
        );
    });
    const client = await way.ask(
      'GET / HTTP/1.1\r\nhost: h\r\nconnection: X-Secret, keep-alive\r\nx-secret: 1\r\nkeep-alive: 1\r\nproxy-connection: close\r\nte: gzip, trailers\r\nexpect: 100-continue\r\nx-end: 1\r\n\r\n',
    );
    const answer = await client.has(/\r\n\r\nok$/);
    assert.doesNotMatch(answer, /x-hop|timeout=3/i);
    assert.match(answer, /\r\nx-end: 1\r\n/);
    const asked = way.page.wires[0]!.text;
    assert.doesNotMatch(asked, /x-secret|keep-alive|proxy-connection|expect|gzip/i);
    assert.match(asked, /\r\nte: trailers\r\n/);
    assert.match(asked, /\r\nx-end: 1\r\n/);
  });

  it('lets go of the page when the browser goes away, before the answer and in it', async () => {
    await using way = await rig((wire) => {
      void wire.has(/\r\n\r\n/).then(() => {
        if (wire.text.includes('/begun')) wire.send('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nok');
      });
    });
    for (const path of ['/silent', '/begun']) {
      const client = await way.ask(`GET ${path} HTTP/1.1\r\nhost: h\r\n\r\n`);
      if (path === '/begun') await client.has(/ok$/);
      const page = await way.page.wire(path === '/silent' ? 0 : 1);
      await page.has(/\r\n\r\n/);
      client.socket.destroy();
      await page.ended();
    }
  });

  it('tells the browser when the page dies in its answer', async () => {
    await using way = await rig((wire) => {
      void wire.has(/\r\n\r\n/).then(() => {
        wire.send('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nok');
        wire.socket.end();
      });
    });
    const client = await way.ask('GET / HTTP/1.1\r\nhost: h\r\n\r\n');
    await client.ended();
    assert.match(client.text, /\r\n\r\nok$/);
  });

  it('answers for a page that says nothing, nonsense, or what cannot be passed on', async () => {
    const answers: Readonly<Record<string, string>> = {
      '/nothing': '',
      '/nonsense': 'SSH-2.0-OpenSSH_9.2\r\n',
      '/status': 'HTTP/1.1 099 Low\r\ncontent-length: 0\r\n\r\n',
      '/upgrade': 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n',
    };
    await using way = await rig((wire) => {
      void wire.has(/\r\n\r\n/).then(() => {
        wire.send(answers[/GET (\S+)/.exec(wire.text)![1]!]!);
        wire.socket.end();
      });
    });
    for (const path of Object.keys(answers)) {
      const client = await way.ask(`GET ${path} HTTP/1.1\r\nhost: h\r\n\r\n`);
      assert.match(await client.has(/no page$/), /^HTTP\/1.1 502 /, path);
    }
    assert.equal(way.failures.length, 4);
  });

  it('leaves out a reason phrase that cannot be sent', async () => {
    await using way = await rig((wire) => {
      void wire.has(/\r\n\r\n/).then(() => wire.send('HTTP/1.1 200 O\x01K\r\ncontent-length: 2\r\n\r\nok'));
    });
    const client = await way.ask('GET / HTTP/1.1\r\nhost: h\r\n\r\n');
    assert.match(await client.has(/\r\n\r\n/), /^HTTP\/1.1 200 \r\n/);
  });

  it('passes an answer on that comes before the whole request, and forgets the rest', async () => {
    await using way = await rig((wire) => {
      void wire.has(/\r\n\r\n/).then(() => {
        wire.send('HTTP/1.1 413 Too Much\r\ncontent-length: 2\r\n\r\nno');
        wire.socket.end();
      });
    });
    const client = await way.ask('POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 999999\r\n\r\nabc');
    assert.match(await client.has(/\r\n\r\nno$/), /^HTTP\/1.1 413 /);
  });

  it('takes a connection that is no socket', async () => {
    await using way = await rig(once200, streamOf);
    await (await way.ask('GET / HTTP/1.1\r\nhost: h\r\n\r\n')).has(/\r\n\r\nok$/);
  });
});

const handshake =
  'GET /ws//x HTTP/1.1\r\nhost: h\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-key: k\r\nx-secret: 1\r\n\r\n';

describe('forwardUpgrade', () => {
  const accept = (wire: Wire) =>
    void wire
      .has(/\r\n\r\n/)
      .then(() =>
        wire.send(
          'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\nkeep-alive: 9\r\nx-a: 1\r\n\r\nhi',
        ),
      );

  for (const [what, wrap] of [
    ['a socket', (socket: Socket) => socket],
    ['no socket', streamOf],
  ] as const) {
    it(`passes a WebSocket through, over a connection that is ${what}`, async () => {
      await using way = await rig(accept, wrap);
      const client = await way.ask(`${handshake}first`);
      assert.match(await client.has(/hi$/), /^HTTP\/1.1 101 [\s\S]*\r\nx-a: 1\r\n/);
      assert.doesNotMatch(client.text, /keep-alive/);
      const page = way.page.wires[0]!;
      assert.match(await page.has(/first$/), /^GET \/ws\/\/x HTTP\/1.1\r\n/);
      assert.match(
        page.text,
        /\r\nconnection: Upgrade\r\n[\s\S]*sec-websocket-key: k\r\n|sec-websocket-key: k\r\n[\s\S]*connection: Upgrade\r\n/,
      );
      page.send('more');
      await client.has(/more$/);
      client.socket.end();
      assert.equal(await page.ended(), 'end');
    });
  }

  it('ends one side when the other resets', async () => {
    await using way = await rig(accept);
    const first = await way.ask(handshake);
    await first.has(/hi$/);
    first.socket.resetAndDestroy();
    await way.page.wires[0]!.ended();
    const second = await way.ask(handshake);
    await second.has(/hi$/);
    way.page.wires[1]!.socket.resetAndDestroy();
    await second.ended();
  });

  it('ends when a connection to the page is gone without a word', async () => {
    let upstream: Duplex | undefined;
    await using way = await rig(accept, (socket) => {
      upstream = streamOf(socket);
      return upstream;
    });
    const client = await way.ask(handshake);
    await client.has(/hi$/);
    upstream!.destroy();
    await client.ended();
  });

  it('survives a browser that resets before the page answers', async () => {
    await using way = await rig(() => {});
    const client = await way.ask(handshake);
    const page = await way.page.wire(0);
    await page.has(/\r\n\r\n/);
    client.socket.resetAndDestroy();
    await page.ended();
  });

  it('passes an answer that stays with HTTP on as one whole message', async () => {
    await using way = await rig((wire) => {
      void wire
        .has(/\r\n\r\n/)
        .then(() =>
          wire.send('HTTP/1.1 403 No\r\ntransfer-encoding: chunked\r\nx-a: 1\r\n\r\n3\r\nno!\r\n0\r\n\r\n'),
        );
    });
    const client = await way.ask(handshake);
    await client.ended();
    assert.match(client.text, /^HTTP\/1.1 403 No\r\n[\s\S]*x-a: 1\r\n[\s\S]*\r\n\r\nno!$/);
    assert.doesNotMatch(client.text, /transfer-encoding/i);
    assert.match(client.text, /connection: close/i);
  });

  it('answers for a page that says nothing', async () => {
    await using way = await rig((wire) => void wire.has(/\r\n\r\n/).then(() => wire.socket.end()));
    const client = await way.ask(handshake);
    await client.ended();
    assert.match(client.text, /^HTTP\/1.1 502 /);
  });
});

it('prints no warning of Node about what http-proxy calls', () => {
  // The rest of this file makes a proxy in this process; a new one shows what a user would see.
  const url = new URL('./forward.ts', import.meta.url).href;
  const script = `
    import { createServer } from 'node:http';
    import { connect } from 'node:net';
    import { forwardRequest } from '${url}';
    const page = createServer((request, response) => response.end('ok')).listen(0, '127.0.0.1', () => {
      const server = createServer((request, response) => {
        const upstream = connect(page.address().port, '127.0.0.1', () => forwardRequest(request, response, {
          upstream, path: '/', headers: (headers) => headers,
          answer: ({ headers }) => ({ headers, through: [] }), failed: console.error,
        }));
      }).listen(0, '127.0.0.1', async () => {
        console.log(await (await fetch('http://127.0.0.1:' + server.address().port)).text());
        process.exit();
      });
    });`;
  const words = ['--pending-deprecation', '--import', 'tsx', '--input-type=module', '-e', script];
  const { stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  assert.equal(stdout, 'ok\n', stderr);
  assert.doesNotMatch(stderr, /DEP0060|DEP0169/);
});
