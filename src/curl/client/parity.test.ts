import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { mintAuthority, mintCertificate } from '../../cert/mint.ts';
import type { CurlRunner } from '../curl.ts';
import { builtInCurl, findCurlRunner } from '../runner.ts';

const answer: RequestListener = (request, response) => {
  const url = request.url ?? '';
  const body: Buffer[] = [];
  request.on('data', (chunk: Buffer) => body.push(chunk));
  request.on('end', () => {
    const headers = { 'X-Mixed-Case': 'yes', date: 'today', connection: 'close' };
    if (url.startsWith('/status/'))
      response.writeHead(Number(url.slice(8)), headers).end('body of an error\n');
    else if (url === '/redirect') response.writeHead(302, { ...headers, location: '/final' }).end('not this');
    else if (url === '/away')
      response.writeHead(307, { ...headers, location: `http://localhost:${port(plain)}/final` }).end();
    else if (url === '/loop') response.writeHead(301, { ...headers, location: '/loop' }).end();
    else if (url === '/cookies') response.writeHead(200, { ...headers, 'set-cookie': ['a=1', 'b=2'] }).end();
    else if (url === '/silent') return;
    else if (url === '/short') {
      response.writeHead(200, { ...headers, 'content-length': '100' });
      response.write('only this', () => request.socket.destroy());
    } else {
      const shown = request.rawHeaders.filter(
        (_, i) => !/^user-agent$/i.test(request.rawHeaders[i - (i % 2)]!),
      );
      const text = JSON.stringify({
        method: request.method,
        url,
        headers: shown,
        body: Buffer.concat(body).toString(),
      });
      response.writeHead(200, { ...headers, 'content-length': Buffer.byteLength(text) }).end(text);
    }
  });
};

const ca = mintAuthority('ca', new Date());
const plain = createServer(answer);
const tls = createTlsServer(mintCertificate({ names: ['web'], days: 1 }, ca, new Date()), answer);
const slamming = createTcpServer((socket) => socket.once('data', () => socket.destroy()));
const resetting = createTcpServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
const servers: readonly Server[] = [plain, tls, slamming, resetting];
const port = (server: Server): number => (server.address() as AddressInfo).port;
let folder: string;

/** PLAIN, TLS, … stand for a host and port, DIR for a folder that each client has of its own. */
const cases: readonly string[] = [
  'http://PLAIN/x',
  'PLAIN',
  'http://PLAIN/a?b=c&d=e',
  'http://PLAIN/a%20b/../c',
  '-i http://PLAIN/cookies',
  '-I http://PLAIN/x',
  '-sS -X DELETE http://PLAIN/x',
  '-d a=1 -d b=2 http://PLAIN/x',
  '-d @DIR/lines http://PLAIN/x',
  '--data-binary @DIR/lines http://PLAIN/x',
  '--data-raw @not-a-file http://PLAIN/x',
  '-G -d a=1 --data-raw b=2 http://PLAIN/x?c=3',
  '-X PUT -d x -H content-type:text/plain http://PLAIN/x',
  '--json {"a":1} http://PLAIN/x',
  '-H X-One:1 -H x-two:2 -H Accept: http://PLAIN/x',
  '-H X-Empty; http://PLAIN/x',
  '-H Host:other http://PLAIN/x',
  '-A agent -e http://from/ -b c=d http://PLAIN/x',
  '-u user:secret http://PLAIN/x',
  'http://user:secret@PLAIN/x',
  '-f http://PLAIN/status/404',
  '-s -f http://PLAIN/status/404',
  '-sSf http://PLAIN/status/500',
  '--fail-with-body http://PLAIN/status/404',
  'http://PLAIN/status/404',
  '-i -f http://PLAIN/status/503',
  'http://PLAIN/redirect',
  '-L http://PLAIN/redirect',
  '-i -L http://PLAIN/redirect',
  '-L -d x http://PLAIN/redirect',
  '-L -u user:secret http://PLAIN/redirect',
  '-L -u user:secret http://PLAIN/away',
  '-L -d x http://PLAIN/away',
  '-L --max-redirs 3 http://PLAIN/loop',
  '-o DIR/out http://PLAIN/x',
  '-o /dev/null -D - http://PLAIN/cookies',
  '-D DIR/heads -L http://PLAIN/redirect',
  '-o DIR/one http://PLAIN/1 http://PLAIN/2',
  'http://PLAIN/[1-3]',
  'http://PLAIN/{a,b}/x',
  '-w %{http_code}|%{size_header}|%{size_download}|%{num_redirects}|%{content_type}|%{method}|%%\\n http://PLAIN/x',
  '-sL -w [%{http_code}|%{size_header}|%{num_redirects}|%{url_effective}] http://PLAIN/redirect',
  '-s -w %{redirect_url} http://PLAIN/redirect',
  '-s -w %{http_code}%{nosuch} http://PLAIN/x',
  '-s -w %{http_code}-%{exitcode} http://127.0.0.1:1/',
  'http://PLAIN/1 --next -d x http://PLAIN/2',
  '-k https://TLS/x',
  'https://TLS/x',
  '--cacert DIR/ca.pem --connect-to web:443:TLS https://web/x',
  '--cacert DIR/ca.pem --connect-to other:443:TLS https://other/x',
  '--cacert DIR/nosuch.pem https://TLS/x',
  'https://PLAIN/x',
  '--connect-to web::PLAIN http://web/x',
  'http://127.0.0.1:1/',
  'http://nosuch.invalid/',
  '-m 0.2 http://PLAIN/silent',
  '-m abc http://PLAIN/x',
  'http://SLAMMING/',
  'http://RESETTING/',
  'http://PLAIN/short',
  'nosuch://PLAIN/',
  '-s',
  'http://PLAIN/status/204',
  '-I http://PLAIN/status/304',
];

describe('the built-in client does as curl does', async () => {
  const system = await findCurlRunner({ PATH: process.env.PATH });
  const skip = system.toString() === builtInCurl().toString() && 'no curl on this machine';

  before(async () => {
    for (const server of servers) await once(server.listen(0, '127.0.0.1'), 'listening');
    folder = mkdtempSync(join(tmpdir(), 'curl-'));
  });
  after(() => {
    for (const server of [plain, tls]) server.closeAllConnections();
    for (const server of servers) server.close();
    rmSync(folder, { recursive: true });
  });

  for (const line of cases) {
    it(line, { skip }, async () => {
      assert.deepEqual(await observe(builtInCurl(), line), await observe(system, line));
    });
  }
});

it('says what it cannot do', async () => {
  const { exitCode, errors } = await observe(builtInCurl(), '--http2 http://127.0.0.1:1/');
  assert.equal(exitCode, 2);
  assert.match(errors, /curl: --http2 needs curl itself, which is not installed/);
});

it('shows the exchange with -v', async () => {
  await once(plain.listening ? plain : plain.listen(0, '127.0.0.1'), 'listening');
  const stderr = new PassThrough();
  const streams = { stdin: undefined, stdout: new PassThrough(), stderr };
  await builtInCurl()(['-v', `http://127.0.0.1:${port(plain)}/x`], { env: {}, streams, signal: undefined });
  stderr.end();
  const text = (await buffer(stderr)).toString();
  assert.match(text, /^\* Connected to 127\.0\.0\.1 \(127\.0\.0\.1\) port \d+$/m);
  assert.match(text, /^> GET \/x HTTP\/1\.1\n> Host: 127\.0\.0\.1:\d+\n/m);
  assert.match(text, /^< HTTP\/1\.1 200 OK\n< X-Mixed-Case: yes\n/m);
  plain.close();
});

/** What a user sees of a run: exit code, stdout, which errors stderr names, and the files it wrote. */
async function observe(run: CurlRunner, line: string) {
  const dir = mkdtempSync(join(tmpdir(), 'curl-'));
  writeFileSync(join(dir, 'lines'), 'one\ntwo\r\nthree');
  writeFileSync(join(dir, 'ca.pem'), ca.cert);
  const words = line.split(' ').map((word) =>
    word
      .replace('PLAIN', `127.0.0.1:${plain.listening ? port(plain) : 1}`)
      .replace('TLS', `127.0.0.1:${tls.listening ? port(tls) : 1}`)
      .replace('SLAMMING', `127.0.0.1:${slamming.listening ? port(slamming) : 1}`)
      .replace('RESETTING', `127.0.0.1:${resetting.listening ? port(resetting) : 1}`)
      .replace('DIR', dir),
  );
  try {
    const stdout = new PassThrough();
    const stderr = new PassThrough();
    const env = { no_proxy: '*' };
    const exitCode = await run(words, {
      env,
      streams: { stdin: undefined, stdout, stderr },
      signal: undefined,
    });
    stdout.end();
    stderr.end();
    const errors = (await buffer(stderr)).toString();
    return {
      exitCode,
      stdout: (await buffer(stdout)).toString(),
      errors: errors.startsWith('curl: --')
        ? errors
        : (errors.match(/curl: \(\d+\)|unknown --write-out.*/g) ?? []).join(' '),
      files: ['out', 'one', 'heads'].map((name) => readIfThere(join(dir, name))),
    };
  } finally {
    rmSync(dir, { recursive: true });
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
