// Asks for one URL over TLS and tells what a handshake shows: whose certificate came, who signed it, what was agreed.
// HTTP/2 when that was agreed, else HTTP/1.1.
//
//   node /app/tls.cjs https://proxy:10000/echo --ca /certs/ca.pem --alpn h2,http/1.1
//
// It ends with 0 when there was an answer, 1 when the connection was refused or lost or the server is not to be trusted,
// 2 when it was called wrongly.
'use strict';
const { readFileSync } = require('node:fs');
const http = require('node:http');
const http2 = require('node:http2');
const tls = require('node:tls');
const { parseArgs } = require('node:util');

const USAGE = `usage: tls.cjs https://HOST:PORT/PATH [options]
  --ca FILE            trust what this authority signed, and nothing else; without it anybody is trusted
  --servername NAME    ask for this name (SNI) and expect it, instead of the URL's host; '' for no name at all
  --alpn A,B           protocols to offer, http/1.1 unless told; '' for none
  --cert FILE --key FILE    show this certificate when the server asks for one`;
/** Everything together takes at most this, ms. */
const LIMIT_MS = 10_000;

function readArguments() {
  try {
    const text = { type: 'string' };
    const options = { ca: text, servername: text, alpn: text, cert: text, key: text };
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    const [url, ...more] = positionals;
    if (more.length > 0 || !/^https:/.test(url ?? '') || !URL.canParse(url))
      throw new Error('one https:// URL');
    const files = ['ca', 'cert', 'key'].filter((name) => values[name] !== undefined);
    const pem = Object.fromEntries(files.map((name) => [name, readFileSync(values[name])]));
    return { url: new URL(url), pem, name: values.servername, alpn: values.alpn ?? 'http/1.1' };
  } catch ({ message }) {
    console.error(`${message}\n\n${USAGE}`);
    process.exit(2);
  }
}

const { url, pem, name, alpn } = readArguments();
const servername = name ?? url.hostname;
const socket = tls.connect({
  host: url.hostname,
  port: Number(url.port || 443),
  servername,
  ...pem,
  rejectUnauthorized: pem.ca !== undefined,
  ALPNProtocols: alpn === '' ? undefined : alpn.split(','),
  // A client without a name to expect takes any that its authority vouches for.
  ...(servername === '' && { checkServerIdentity: () => undefined }),
});
setTimeout(() => fail(new Error('no answer in time')), LIMIT_MS).unref();
socket.on('error', fail);
// A certificate that a server does not want is refused after the handshake (TLS 1.3), which looks like a close.
let answered = false;
socket.on('close', () => answered || fail(new Error('the connection was closed')));
socket.on('secureConnect', () => {
  const { subject, issuer, subjectaltname: names } = socket.getPeerCertificate();
  console.log(`protocol ${socket.getProtocol()}`);
  console.log(`alpn ${socket.alpnProtocol || 'none'}`);
  console.log(`subject ${subject?.CN}`);
  console.log(`names ${names}`);
  console.log(`issuer ${issuer?.CN}`);
  if (socket.alpnProtocol === 'h2') askHttp2();
  else askHttp1();
});

function askHttp1() {
  const host = url.port === '' ? servername || url.hostname : `${servername || url.hostname}:${url.port}`;
  const request = http.request({
    createConnection: () => socket,
    path: url.pathname + url.search,
    headers: { host },
  });
  request.on('error', fail);
  request.on('response', (response) => tell(response, response.statusCode, response.headers));
  request.end();
}

function askHttp2() {
  const session = http2.connect(url, { createConnection: () => socket });
  session.on('error', fail);
  const stream = session.request({
    ':path': url.pathname + url.search,
    ':authority': servername || url.hostname,
  });
  stream.on('error', fail);
  stream.on('response', (headers) => tell(stream, headers[':status'], headers));
}

async function tell(stream, status, headers) {
  answered = true;
  try {
    let body = '';
    stream.setEncoding('utf8');
    for await (const part of stream) body += part;
    const lines = Object.entries(headers).filter(([name]) => !name.startsWith(':'));
    const text = lines.map(([name, value]) => `${name}: ${value}\n`).join('');
    process.stdout.write(`status ${status}\n${text}\n${body}`, () => process.exit(0));
  } catch (error) {
    fail(error);
  }
}

function fail({ code, message }) {
  console.error(`failed: ${code ? `${code}: ` : ''}${message.trim()}`);
  process.exit(1);
}
