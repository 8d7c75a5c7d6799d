import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import type { CurlNetwork, CurlResult, CurlRunner } from './curl.ts';
import { captureCurl, runCurl } from './run.ts';
import { builtInCurl, findCurlRunner } from './runner.ts';

const server = createServer((request, response) => {
  request.resume();
  if (request.url === '/trailer') {
    response.writeHead(200, { trailer: 'x-sum' });
    response.write('with a trailer');
    response.addTrailers({ 'x-sum': '1' });
    response.end();
  } else if (request.url === '/redirect') {
    response.writeHead(302, { location: '/end', 'x-first': '1' }).end('not shown');
  } else if (request.url === '/looks-like-headers') {
    response.writeHead(200).end('HTTP/1.1 500 No\r\nx: y\r\n\r\nend');
  } else if (request.url === '/bytes') {
    response.writeHead(200).end(Buffer.from([0x68, 0xc3, 0xa9, 0x0a, 0x0a]));
  } else if (request.url?.startsWith('/status/')) {
    response.writeHead(Number(request.url.slice(8)), { 'X-Case': 'a' }).end('no');
  } else {
    response.writeHead(200, { 'Set-Cookie': ['a=1', 'b=2'], 'x-host': request.headers.host });
    response.end(`${request.method} ${request.url}`);
  }
});
let port: number;
before(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  port = (server.address() as AddressInfo).port;
});
after(() => server.close().closeAllConnections());

/** Every name leads to the server; refused.lab to nobody, and of closed.lab that is known before. */
const network: CurlNetwork = {
  resolve: (host) => (host.endsWith('.lab') ? host : undefined),
  dial: async (replica, wanted) => {
    if (replica === 'closed.lab') {
      const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
      throw new Error(`nothing listens on port ${wanted} of ${replica}`, { cause });
    }
    return {
      host: '127.0.0.1',
      port: replica === 'refused.lab' ? 1 : port,
      [Symbol.asyncDispose]: async () => undefined,
    };
  },
};

const runners: Readonly<Record<string, () => Promise<CurlRunner>>> = {
  'the curl of the PATH': () => findCurlRunner({ PATH: process.env.PATH }),
  'the built-in client': async () => builtInCurl(),
};

for (const [name, makeRunner] of Object.entries(runners)) {
  const capture = async (line: string): Promise<CurlResult[]> =>
    captureCurl(line.split(' '), { run: await makeRunner(), network });
  const one = async (line: string): Promise<CurlResult> => {
    const results = await capture(line);
    assert.equal(results.length, 1);
    return results[0]!;
  };

  describe(`captured from ${name}`, () => {
    it('status, headers, body and time', async () => {
      const result = await one('http://a.lab/x');
      assert.equal(result.exitCode, 0);
      assert.equal(result.status, 200);
      assert.equal(result.body, 'GET /x');
      assert.deepEqual(result.headers.get('set-cookie'), ['a=1', 'b=2']);
      assert.deepEqual(result.headers.get('x-host'), ['a.lab']);
      assert.ok(result.timeMs > 0 && result.timeMs < 5000);
      assert.equal(result.command, 'curl http://a.lab/x');
    });

    it('the same whatever the user asks to be shown', async () => {
      for (const options of [
        '-i',
        '-v',
        '-s',
        '-w %{http_code}',
        '-D /dev/null',
        '-i -v -w x',
        '-o /dev/null',
      ]) {
        const result = await one(`${options} http://a.lab/x`);
        assert.equal(result.status, 200, options);
        assert.deepEqual(result.headers.get('set-cookie'), ['a=1', 'b=2'], options);
        const shown = options.includes('-o')
          ? ''
          : `GET /x${/-w (\S+)/.exec(options)?.[1]?.replace('%{http_code}', '200') ?? ''}`;
        assert.equal(result.body, shown, options);
        assert.equal(/^> GET \/x/m.test(result.stderr), options.includes('-v'), options);
      }
    });

    it('HEAD, a failing status, redirects, trailers and odd bodies', async () => {
      const head = await one('-I http://a.lab/x');
      assert.deepEqual([head.status, head.body], [200, '']);
      const failing = await one('-f http://a.lab/status/404');
      assert.deepEqual([failing.exitCode, failing.status, failing.body], [22, 404, '']);
      const error = await one('http://a.lab/status/503');
      assert.deepEqual([error.exitCode, error.status, error.body], [0, 503, 'no']);
      const redirected = await one('-L http://a.lab/redirect');
      assert.deepEqual([redirected.status, redirected.body], [200, 'GET /end']);
      assert.equal(redirected.headers.has('x-first'), false);
      assert.equal((await one('http://a.lab/trailer')).body, 'with a trailer');
      assert.equal((await one('http://a.lab/looks-like-headers')).body, 'HTTP/1.1 500 No\r\nx: y\r\n\r\nend');
      assert.equal((await one('http://a.lab/bytes')).body, 'hé\n\n');
    });

    it('one result for each URL', async () => {
      const results = await capture('http://a.lab/[1-2] http://refused.lab/ --next -d x http://b.lab/3');
      assert.deepEqual(
        results.map(({ exitCode, status, body }) => [exitCode, status, body]),
        [
          [0, 200, 'GET /1'],
          [0, 200, 'GET /2'],
          // Only the last transfer's exit code is known.
          [0, 0, ''],
          [0, 200, 'POST /3'],
        ],
      );
    });

    it('no answer, and no transfer at all', async () => {
      const refused = await one('http://refused.lab/');
      assert.deepEqual([refused.exitCode, refused.status, refused.body], [7, 0, '']);
      assert.match(refused.stderr, /^curl: \(7\) Failed to connect to /m);
      const closed = await one('-L http://closed.lab:81/');
      assert.deepEqual([closed.exitCode, closed.status, closed.body], [7, 0, '']);
      assert.match(closed.stderr, /^curl: nothing listens on port 81 of closed\.lab$/m);
      const wrong = await one('--nosuch-option http://a.lab/');
      assert.deepEqual([wrong.exitCode, wrong.status], [2, 0]);
      assert.match(wrong.stderr, /nosuch-option/);
    });
  });

  it(`${name}, run for a person, prints what curl prints`, async () => {
    const stdout = new PassThrough();
    const stderr = new PassThrough();
    const exitCode = await runCurl(['-sf', 'http://a.lab/x', '-w', '!'], {
      run: await makeRunner(),
      network,
      streams: { stdin: undefined, stdout, stderr },
    });
    stdout.end();
    stderr.end();
    assert.equal(exitCode, 0);
    assert.equal(await text(stdout), 'GET /x!');
    assert.equal(await text(stderr), '');
  });

  it(`${name}, told to be silent, is silent about refused ports too`, async () => {
    for (const [words, said] of [
      ['-s', /^$/],
      ['-sS', /^curl: \(7\) .*\ncurl: nothing listens on port 80 of closed\.lab\n$/],
    ] as const) {
      const stderr = new PassThrough();
      const streams = { stdin: undefined, stdout: new PassThrough(), stderr };
      assert.equal(
        await runCurl([words, 'http://closed.lab/'], { run: await makeRunner(), network, streams }),
        7,
      );
      stderr.end();
      assert.match(await text(stderr), said);
    }
  });
}
