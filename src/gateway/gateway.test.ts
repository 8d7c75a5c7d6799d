import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import type { LabError } from '../error.ts';
import { type Gateway, openGateway } from './gateway.ts';
import type { GatewayLab, LabView } from './lab.ts';
import { fakeView } from './view.fake.ts';
import { dialWire, type Wire, WireServer } from './wire.fake.ts';

/** Answers any request with its own head, and any WebSocket with `hi`. */
function echo(wire: Wire): void {
  void wire.has(/\r\n\r\n/).then(
    () => {
      if (/^upgrade:/im.test(wire.text)) {
        wire.send('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\nhi');
        return;
      }
      const length = Buffer.byteLength(wire.text);
      wire.send(
        `HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: ${length}\r\n\r\n${wire.text}`,
      );
    },
    () => {},
  );
}

describe('a gateway', () => {
  let page: WireServer;
  let gateway: Gateway;
  let view: LabView | Error = fakeView();
  let cookie: string;
  const lab: GatewayLab = {
    view: async () => {
      if (view instanceof Error) throw view;
      return view;
    },
    connect: async (node, port): Promise<Socket> => {
      if (port !== 8080) throw new Error(`nothing listens on port ${port} of ${node}`);
      const socket = connect({ port: page.port, host: '127.0.0.1' });
      await once(socket, 'connect');
      return socket;
    },
  };
  before(async () => {
    page = await WireServer.listen(echo);
    gateway = await openGateway(lab, { port: 0 });
    const answer = await fetch(gateway.url, { redirect: 'manual' });
    cookie = answer.headers.get('set-cookie')!.split(';')[0]!;
  });
  after(async () => {
    await gateway[Symbol.asyncDispose]();
    await page[Symbol.asyncDispose]();
  });
  const origin = () => `http://127.0.0.1:${gateway.port}`;
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`${origin()}${path}`, { redirect: 'manual', ...init, headers: { cookie, ...init.headers } });

  it('lets in by the token, which leaves the address bar', async () => {
    const answer = await fetch(gateway.url, { redirect: 'manual' });
    assert.equal(answer.status, 303);
    assert.equal(answer.headers.get('location'), '/');
    assert.match(answer.headers.get('set-cookie')!, /; HttpOnly; SameSite=Strict$/);
    assert.equal(answer.headers.get('referrer-policy'), 'no-referrer');
    const { nodes } = await gateway.list();
    const deep = await fetch(nodes[0]!.pages[0]!.url, { redirect: 'manual' });
    assert.equal(deep.headers.get('location'), '/web-1/8080/');
  });

  it('goes on by itself with who came from another site: only then the cookie counts', async () => {
    // Fetch does not let us say where we come from.
    const { pathname, search } = new URL(gateway.url);
    const wire = await dialWire(
      gateway.port,
      `GET ${pathname}${search} HTTP/1.1\r\nhost: 127.0.0.1:${gateway.port}\r\nsec-fetch-site: cross-site\r\nsec-fetch-mode: navigate\r\nsec-fetch-dest: document\r\n\r\n`,
    );
    const answer = await wire.has(/<\/html>/);
    wire.socket.destroy();
    assert.match(answer, /^HTTP\/1.1 200 /);
    assert.match(answer, /^set-cookie: envoy-lab-/m);
    assert.match(answer, /http-equiv="refresh" content="0; url=\/"/);
  });

  it('leads nowhere but to its own pages', async () => {
    for (const to of ['//evil.test/', '/\\evil.test/', 'http://evil.test/', '/%0d%0ax:y', '']) {
      const url = `${gateway.url}&to=${encodeURIComponent(decodeURIComponent(to))}`;
      const answer = await fetch(url, { redirect: 'manual' });
      assert.equal(answer.headers.get('location'), '/', to);
    }
  });

  it('lets in by a ticket once', async () => {
    const url = gateway.ticketUrl();
    assert.equal((await fetch(url, { redirect: 'manual' })).status, 303);
    assert.equal((await fetch(url, { redirect: 'manual' })).status, 403);
  });

  it('lets nobody else in, to whatever there is', async () => {
    for (const path of [
      '/',
      '/web-1/8080/',
      '/.envoy-lab/index',
      '/.envoy-lab/pages.json',
      '/nosuch',
      '/?token=x',
    ]) {
      for (const headers of [{}, { cookie: cookie.replace(/.$/, '') }]) {
        const answer = await fetch(`${origin()}${path}`, { redirect: 'manual', headers });
        assert.equal(answer.status, 403, path);
        assert.equal(answer.headers.get('set-cookie'), null);
        assert.doesNotMatch(await answer.text(), /demo|web-1/);
      }
    }
    assert.equal(page.wires.length, 0);
  });

  it('shows the index, and nothing of it anywhere else', async () => {
    const answer = await ask('/');
    const text = await answer.text();
    assert.match(text, /href="\/web-1\/8080\/"/);
    assert.match(
      answer.headers.get('content-security-policy')!,
      /^default-src 'none'; style-src 'nonce-[^']+'; script-src 'nonce-[^']+'; .*frame-ancestors 'none'$/,
    );
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    assert.doesNotMatch(text, new RegExp(cookie.split('=')[1]!));
    assert.doesNotMatch(text, /(src|href)="(https?:)?\/\/(?!127\.0\.0\.1)/);
    assert.equal((await ask('/', { method: 'HEAD' })).status, 200);
    assert.equal((await ask('/', { method: 'POST' })).status, 404);
    const list = (await (await ask('/.envoy-lab/pages.json')).json()) as {
      nodes: { pages: { url: string }[] }[];
    };
    assert.equal(list.nodes[0]!.pages[0]!.url, `${origin()}/web-1/8080/`);
  });

  it('passes on what is below a node and a port, without its own cookie', async () => {
    const answer = await ask('/web-2/8080/a?b', {
      method: 'POST',
      body: 'c',
      headers: { cookie: `x=1; ${cookie}` },
    });
    assert.equal(answer.status, 200);
    const asked = await answer.text();
    assert.match(asked, /^POST \/a\?b HTTP\/1.1\r\nhost: web-2:8080\r\n/i);
    assert.match(asked, /^cookie: x=1\r$/im);
    assert.equal((await ask('/web-2/8080?a')).headers.get('location'), '/web-2/8080/?a');
    assert.equal((await ask('/web')).headers.get('location'), '/#web-1');
  });

  it('brings what a page asks for at the root back below its prefix', async () => {
    const referer = `${origin()}/web-2/8080/some/page`;
    for (const [path, dest] of [
      ['/a?b', 'empty'],
      ['/', 'empty'],
      ['/about', 'document'],
      ['/web/x', 'image'],
    ] as const) {
      for (const method of ['GET', 'POST']) {
        const answer = await ask(path, { method, headers: { referer, 'sec-fetch-dest': dest } });
        assert.equal(answer.status, 307);
        assert.equal(answer.headers.get('location'), `/web-2/8080${path}`);
        assert.equal(answer.headers.get('referrer-policy'), 'same-origin');
      }
    }
    // The index, and pages of other places, are not the page's.
    assert.equal((await ask('/', { headers: { referer, 'sec-fetch-dest': 'document' } })).status, 200);
    for (const elsewhere of ['http://evil.test/web-2/8080/', `${origin()}/`, `${origin()}/nosuch/80/`]) {
      assert.equal((await ask('/a', { headers: { referer: elsewhere } })).status, 404);
    }
  });

  it('says what is not there', async () => {
    const html = { accept: 'text/html' };
    const refused = await ask('/web-1/9/', { headers: html });
    assert.equal(refused.status, 502);
    assert.match(
      await refused.text(),
      /<h1>No page from web-1, port 9<\/h1><p>nothing listens on port 9 of web-1\.<\/p>/,
    );
    const none = await ask('/<b>', { headers: html });
    assert.equal(none.status, 404);
    assert.doesNotMatch(await none.text(), /<b>/);
    const before = view;
    view = new Error('the lab has gone');
    // What was seen a moment ago still counts.
    let gone = await ask('/');
    for (const deadline = Date.now() + 5000; gone.status === 200; gone = await ask('/')) {
      assert.ok(Date.now() < deadline);
    }
    view = before;
    assert.equal(gone.status, 502);
    assert.match(await gone.text(), /the lab has gone/);
    assert.equal((await ask('/')).status, 200);
  });

  const handshake = (headers: string, path = '/web-1/8080/socket') =>
    `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${gateway.port}\r\nconnection: Upgrade\r\nupgrade: websocket\r\n${headers}\r\n`;

  it('passes WebSockets of its own pages, and of no others', async () => {
    const own = await dialWire(gateway.port, handshake(`origin: ${origin()}\r\ncookie: ${cookie}\r\n`));
    assert.match(await own.has(/hi$/), /^HTTP\/1.1 101 /);
    assert.match(
      page.wires.at(-1)!.text,
      /^GET \/socket HTTP\/1.1\r\n[\s\S]*origin: http:\/\/web-1:8080\r\n/,
    );
    assert.doesNotMatch(page.wires.at(-1)!.text, /cookie/i);
    own.socket.destroy();
    for (const [headers, path, status] of [
      ['', undefined, 403],
      [`origin: http://evil.test\r\ncookie: ${cookie}\r\n`, undefined, 403],
      [`origin: http://127.0.0.1:1\r\ncookie: ${cookie}\r\n`, undefined, 403],
      [`cookie: ${cookie}\r\n`, '/web-1/9/', 502],
      [`cookie: ${cookie}\r\n`, '/nosuch', 404],
    ] as const) {
      const wire = await dialWire(gateway.port, handshake(headers, path));
      await wire.ended();
      assert.match(wire.text, new RegExp(`^HTTP/1.1 ${status} `), headers);
    }
    const other = await dialWire(
      gateway.port,
      handshake(`cookie: ${cookie}\r\n`).replace('websocket', 'h2c'),
    );
    await other.ended();
    assert.match(other.text, /^HTTP\/1.1 400 /);
  });

  it('ends with all its connections', async () => {
    const second = await openGateway(lab, { port: 0 });
    const token = (await fetch(second.url, { redirect: 'manual' })).headers.get('set-cookie')!.split(';')[0]!;
    const socket = await dialWire(
      second.port,
      handshake(`cookie: ${token}\r\n`).replace(String(gateway.port), String(second.port)),
    );
    await socket.has(/hi$/);
    const idle = await dialWire(second.port);
    await second[Symbol.asyncDispose]();
    await Promise.all([socket.ended(), idle.ended(), page.wires.at(-1)!.ended()]);
  });

  it('says why it cannot have a port', async () => {
    await assert.rejects(openGateway(lab, { port: gateway.port }), (error: LabError) => {
      assert.equal(error.code, 'runtime');
      assert.match(error.message, /cannot listen on 127\.0\.0\.1:\d+: something else listens there/);
      assert.match(error.hint!, /--port/);
      return true;
    });
  });

  it('listens on 127.0.0.1 alone', async () => {
    await assert.rejects(async () => {
      const socket = connect({ port: gateway.port, host: '127.0.0.2' });
      await once(socket, 'connect');
      socket.destroy();
    }, /ECONNREFUSED/);
  });
});
