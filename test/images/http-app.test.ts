import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, type IncomingHttpHeaders, type RequestOptions, request } from 'node:http';
import { connect, createServer } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { App } from './app.ts';

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What /echo tells. */
interface Echo {
  readonly method: string;
  readonly path: string;
  readonly httpVersion: string;
  readonly remoteAddress: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
  readonly encoding: string;
}

const env = { PORT: '0', HOST: '127.0.0.1', HOSTNAME: 'here', SERVICE_NAME: 'shop', SERVICE_VERSION: '"2"' };

describe('http-app', () => {
  const app = new App('http-app/http-app.cjs', env);
  let port: number;
  before(async () => {
    port = await app.port();
  });
  after(() => app[Symbol.asyncDispose]());

  const ask = (path: string, options: RequestOptions = {}, body: string | Buffer = '') =>
    send(port, path, options, body);
  const error = ({ body }: Reply) => (JSON.parse(body) as { error: string }).error;

  it('says who it is', async () => {
    const { status, headers, body } = await ask('/');
    assert.equal(status, 200);
    assert.equal(headers['content-type'], 'application/json');
    assert.equal(headers.server, undefined);
    const { app: name, version, host } = JSON.parse(body) as Record<string, string>;
    assert.deepEqual([name, version, host], ['shop', '"2"', 'here']);
    const health = await ask('/healthz');
    assert.deepEqual([health.status, health.body], [200, 'ok\n']);
  });

  it('answers HEAD with the headers of GET and nothing else', async () => {
    const { headers } = await ask('/healthz');
    const head = await ask('/healthz', { method: 'HEAD' });
    assert.deepEqual([head.status, head.body], [200, '']);
    assert.equal(head.headers['content-length'], headers['content-length']);
  });

  it('takes no method but those that read where there is nothing to write', async () => {
    for (const path of ['/', '/healthz', '/metrics', '/slow?ms=1']) {
      const reply = await ask(path, { method: 'POST' }, 'x');
      assert.deepEqual([reply.status, reply.headers.allow], [405, 'GET, HEAD'], path);
      assert.match(error(reply), / takes GET and HEAD$/);
    }
  });

  it('has no other paths', async () => {
    for (const path of ['/nowhere', '/healthz/', '/slower', '/echos', '//', '*']) {
      const reply = await ask(path);
      assert.equal(reply.status, 404, path);
      assert.equal(error(reply), `there is no ${path}`);
    }
  });

  it('understands a whole URL as a proxy is sent it', async () => {
    assert.equal((await ask('http://example.com/healthz?x')).body, 'ok\n');
    assert.equal((await ask('http://example.com')).status, 200);
  });

  it('answers with the status it is asked for', async () => {
    for (const status of [200, 201, 301, 404, 418, 500, 503, 599]) {
      const reply = await ask(`/status/${status}`, { method: 'DELETE' });
      assert.equal(reply.status, status);
      assert.equal((JSON.parse(reply.body) as { status: number }).status, status);
    }
    for (const status of [204, 205, 304]) {
      const { body, headers, ...reply } = await ask(`/status/${status}`);
      assert.deepEqual([reply.status, body, headers['transfer-encoding']], [status, '', undefined]);
    }
  });

  it('refuses what is no final status', async () => {
    for (const code of ['', '100', '101', '199', '600', '20', '2000', 'ok', '20%30', '200/']) {
      const reply = await ask(`/status/${code}`);
      assert.equal(reply.status, 400, code);
      assert.match(error(reply), /from 200 to 599/);
    }
  });

  it('is as slow as it is asked to be', async () => {
    const began = performance.now();
    const { status, body } = await ask('/slow?ms=120');
    // A timer may be a fraction of a ms early.
    assert.ok(performance.now() - began >= 119);
    assert.deepEqual([status, (JSON.parse(body) as { ms: number }).ms], [200, 120]);
    assert.equal((await ask('/slow?ms=0')).status, 200);
  });

  it('refuses what is no time, or too long', async () => {
    for (const query of [
      '',
      '?',
      '?ms',
      '?ms=',
      '?ms=-1',
      '?ms=1.5',
      '?ms=1e3',
      '?ms=x',
      '?ms=60001',
      '?s=1',
    ]) {
      const reply = await ask(`/slow${query}`);
      assert.equal(reply.status, 400, query);
      assert.match(error(reply), /^ms must be a whole number from 0 to 60000/);
    }
  });

  it('repeats a request as it arrived', async () => {
    const headers = { 'X-One': 'a', 'x-two': ['b', 'c'], 'content-type': 'text/x' };
    const echo = async (path: string, body: string | Buffer, method = 'PUT') =>
      JSON.parse((await ask(path, { method, headers }, body)).body) as Echo;
    const told = await echo('/echo/a%20b?c=d&c=%00', 'grüße\n');
    assert.deepEqual(
      [told.method, told.path, told.httpVersion, told.remoteAddress, told.body, told.encoding],
      ['PUT', '/echo/a%20b?c=d&c=%00', '1.1', '127.0.0.1', 'grüße\n', 'utf-8'],
    );
    assert.equal(told.headers['x-one'], 'a');
    assert.deepEqual(told.headers['x-two'], ['b', 'c']);
    assert.equal(told.headers['content-type'], 'text/x');
    assert.equal(told.headers.host, `127.0.0.1:${port}`);
    const bytes = Buffer.from([0, 255, 128, 65]);
    const binary = await echo('/echo', bytes);
    assert.deepEqual([binary.encoding, binary.body], ['base64', bytes.toString('base64')]);
    const mark = await echo('/echo', '\uFEFFx');
    assert.equal(mark.body, '\uFEFFx');
    assert.equal((await echo('/echo', '', 'PATCH')).body, '');
  });

  it('repeats a MiB, and refuses a byte more in words', async () => {
    const most = 'x'.repeat(1024 * 1024);
    const whole = await ask('/echo', { method: 'POST' }, most);
    assert.equal(whole.status, 200);
    assert.equal((JSON.parse(whole.body) as Echo).body, most);
    const reply = await ask('/echo', { method: 'POST' }, `${most}x`);
    assert.equal(reply.status, 413);
    assert.equal(error(reply), 'a body may have 1048576 bytes');
  });

  it('answers 400 or 431 to what is no request, and goes on', async () => {
    assert.match(await raw(port, 'HELLO\r\n\r\n'), /^HTTP\/1\.1 400 /);
    assert.match(await raw(port, 'GET / HTTP/1.1\r\n\r\n'), /^HTTP\/1\.1 400 /);
    assert.match(
      await raw(port, `GET / HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`),
      /^HTTP\/1\.1 431 /,
    );
    assert.equal((await ask('/healthz')).status, 200);
  });

  it('outlives whoever goes away in the middle', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write('POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nhalf');
    await once(socket, 'connect');
    socket.destroy();
    const waiting = connect(port, '127.0.0.1');
    waiting.write('GET /slow?ms=60000&gone HTTP/1.1\r\nhost: a\r\n\r\n');
    await once(waiting, 'connect');
    await underWay(port, 2);
    waiting.destroy();
    await app.prints(/^GET \/slow\?ms=60000&gone aborted$/m);
    await underWay(port, 1);
    assert.match(
      (await ask('/metrics')).body,
      /^http_requests_total\{route="\/slow",method="GET",code="aborted"\} 1$/m,
    );
  });

  it('counts in the text format of Prometheus', async () => {
    const read = async () => {
      const { headers, body } = await ask('/metrics');
      assert.equal(headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
      return parseMetrics(body);
    };
    const teapot = 'http_requests_total{route="/status/:code",method="GET",code="418"}';
    const earlier = await read();
    await ask('/status/418');
    await ask('/status/418?again');
    const later = await read();
    assert.equal((later.get(teapot) ?? 0) - (earlier.get(teapot) ?? 0), 2);
    assert.equal(later.get('app_info{app="shop",version="\\"2\\"",host="here"}'), 1);
    assert.equal(later.get('http_requests_in_flight'), 1);
    const slow = [...later].filter(([name]) => /_bucket\{route="\/slow"/.test(name)).map(([, n]) => n);
    assert.deepEqual(
      slow,
      [...slow].sort((a, b) => a - b),
    );
    assert.equal(slow.at(-1), later.get('http_request_duration_seconds_count{route="/slow"}'));
    assert.ok(later.get('http_request_duration_seconds_sum{route="/slow"}')! >= 0.119);
    assert.ok(Math.abs(later.get('process_start_time_seconds')! - Date.now() / 1000) < 600);
    assert.ok(later.get('process_resident_memory_bytes')! > 1e6);
    const routes = new Set([...later.keys()].flatMap((name) => /route="([^"]*)"/.exec(name)?.[1] ?? []));
    assert.ok(routes.has('other'));
    assert.ok([...routes].every((route) => !route.includes('nowhere')));
  });

  it('writes a line a request, but none for who only looks', () => {
    assert.match(app.printed, /^shop listens on \d+\n/);
    assert.match(app.printed, /^GET \/nowhere 404$/m);
    assert.match(app.printed, /^GET \/slow\?ms=120 200$/m);
    assert.doesNotMatch(app.printed, /GET \/(healthz|metrics) /);
  });
});

describe('http-app that ends', () => {
  it('answers what is under way, takes no more, and goes with 0', async () => {
    await using app = new App('http-app/http-app.cjs', env);
    const port = await app.port();
    const agent = new Agent({ keepAlive: true });
    assert.equal((await send(port, '/', { agent })).headers.connection, 'keep-alive');
    const late = send(port, '/slow?ms=300');
    await underWay(port, 2);
    app.child.kill('SIGTERM');
    const { status, headers } = await late;
    assert.deepEqual([status, headers.connection], [200, 'close']);
    assert.equal(await app.ended, 0);
    await assert.rejects(send(port, '/'), { code: 'ECONNREFUSED' });
    agent.destroy();
  });

  it('goes at once on SIGINT', async () => {
    await using app = new App('http-app/http-app.cjs', env);
    await app.port();
    app.child.kill('SIGINT');
    assert.equal(await app.ended, 130);
  });

  it('says why when its port is none, or taken', async () => {
    for (const wrong of ['x', '65536', '-1', '']) {
      await using app = new App('http-app/http-app.cjs', { ...env, PORT: wrong });
      assert.equal(await app.ended, 1);
      assert.equal(app.printed, `shop cannot listen on port ${wrong}: it is no port\n`);
    }
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as { port: number };
    await using app = new App('http-app/http-app.cjs', { ...env, PORT: String(port) });
    assert.equal(await app.ended, 1);
    assert.match(app.printed, /^shop cannot listen on port \d+: listen EADDRINUSE/);
    holder.close();
  });
});

function send(
  port: number,
  path: string,
  options: RequestOptions = {},
  body: string | Buffer = '',
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, agent: false, ...options }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
      );
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Waits until so many requests are under way, this one too. */
async function underWay(port: number, count: number): Promise<void> {
  const deadline = performance.now() + 5000;
  for (;;) {
    const { body } = await send(port, '/metrics');
    const [, found] = /^http_requests_in_flight (\d+)$/m.exec(body) ?? [];
    if (Number(found) === count) return;
    assert.ok(performance.now() < deadline, `${found} requests are under way, not ${count}`);
  }
}

/** Sends bytes; what comes back until the other side closes. */
async function raw(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(bytes);
  let text = '';
  for await (const chunk of socket) text += chunk;
  return text;
}

/** Samples by name with labels; fails on a line that is not in the format. */
function parseMetrics(text: string): Map<string, number> {
  assert.ok(text.endsWith('\n'));
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    samples.map((line) => {
      const match = /^([a-z_]+(?:\{(?:[a-z]+="(?:[^"\\\n]|\\["\\n])*",?)*\})?) (\S+)$/.exec(line);
      assert.ok(match !== null && Number.isFinite(Number(match[2])), line);
      return [match[1]!, Number(match[2])];
    }),
  );
}
