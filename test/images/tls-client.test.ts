import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createSecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { connect, createServer } from 'node:tls';
import { App } from './app.ts';
import { PemFiles } from './pem-files.ts';

describe('tls-client, and http-app with a certificate', () => {
  const pem = new PemFiles('localhost', 'www.example.com');
  const stranger = new PemFiles('localhost');
  const env = { PORT: '0', HOST: '127.0.0.1', CERT: pem.cert, KEY: pem.key };
  const app = new App('http-app/http-app.cjs', env);
  let url: string;
  before(async () => {
    url = `https://localhost:${await app.port()}`;
  });
  after(async () => {
    await app[Symbol.asyncDispose]();
    pem[Symbol.dispose]();
    stranger[Symbol.dispose]();
  });
  const ask = (...args: readonly string[]) => App.run('tls-client/tls.cjs', args);

  it('tells the handshake and the answer', async () => {
    const { code, printed } = await ask(`${url}/echo?x`, '--ca', pem.ca, '--servername', 'www.example.com');
    assert.equal(code, 0, printed);
    for (const line of [
      'protocol TLSv1.3',
      'alpn http/1.1',
      'subject localhost',
      'issuer ca',
      'status 200',
    ]) {
      assert.ok(printed.includes(`${line}\n`), line);
    }
    assert.match(printed, /^names DNS:localhost, DNS:www\.example\.com$/m);
    const { tls, path } = JSON.parse(printed.slice(printed.indexOf('{'))) as Record<string, unknown>;
    assert.equal(path, '/echo?x');
    assert.deepEqual(tls, { protocol: 'TLSv1.3', serverName: 'www.example.com' });
  });

  it('speaks HTTP/2 where that is agreed on', async () => {
    const server = createSecureServer({ cert: readFileSync(pem.cert), key: readFileSync(pem.key) });
    server.on('stream', (stream, headers) => {
      stream.respond({ ':status': 404, 'x-path': headers[':path'] });
      stream.end('nothing');
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const { code, printed } = await ask(
      `https://localhost:${port}/a`,
      '--ca',
      pem.ca,
      '--alpn',
      'h2,http/1.1',
    );
    server.close();
    assert.equal(code, 0, printed);
    assert.match(printed, /^alpn h2$/m);
    assert.match(printed, /\nstatus 404\nx-path: \/a\n[\s\S]*\n\nnothing$/);
  });

  it('goes away when it cannot trust the server', async () => {
    const other = await ask(url, '--ca', stranger.ca);
    assert.equal(other.code, 1);
    assert.match(other.printed, /^failed: .*unable to verify/m);
    const wrong = await ask(url, '--ca', pem.ca, '--servername', 'other.example.com');
    assert.equal(wrong.code, 1);
    assert.match(wrong.printed, /^failed: ERR_TLS_CERT_ALTNAME_INVALID/m);
    assert.equal((await ask(url)).code, 0, 'without an authority it trusts anybody');
  });

  it('says that it was refused, also when the handshake is over by then', async () => {
    const server = createServer({
      cert: readFileSync(pem.cert),
      key: readFileSync(pem.key),
      ca: readFileSync(stranger.ca),
      requestCert: true,
      rejectUnauthorized: true,
    });
    server.on('tlsClientError', () => {});
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const show = ['--cert', pem.cert, '--key', pem.key];
    const { code, printed } = await ask(`https://localhost:${port}/`, '--ca', pem.ca, ...show);
    server.close();
    assert.equal(code, 1);
    assert.match(printed, /^failed: /m);
  });

  it('says how it is called', async () => {
    for (const args of [
      [],
      ['http://localhost/'],
      [url, url],
      [url, '--nonsense'],
      [url, '--ca', '/nowhere'],
    ]) {
      const { code, printed } = await ask(...args);
      assert.equal(code, 2, args.join(' '));
      assert.match(printed, /^usage: tls\.cjs /m);
    }
  });

  it('the app refuses a certificate that is not there', async () => {
    const { code, printed } = await App.run('http-app/http-app.cjs', [], { ...env, KEY: '/nowhere' });
    assert.equal(code, 1);
    assert.match(printed, /cannot listen on port 0: ENOENT/);
    assert.equal((await App.run('http-app/http-app.cjs', [], { ...env, KEY: '' })).code, 1);
  });

  it('the app tells of no name when none was asked for', async () => {
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port), rejectUnauthorized: false });
    socket.write('GET /echo HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n');
    let text = '';
    for await (const part of socket) text += part;
    assert.match(text, /"tls": \{\s+"protocol": "TLSv1\.3"\s+\}/);
  });
});
