// A service behind a sidecar. It answers /service/N only when N is its own number, so that the answer tells where a
// request went. CommonJS, because it starts faster than a module.
'use strict';
const { createServer } = require('node:http');
const { lookup } = require('node:dns');
const { hostname } = require('node:os');

const { SERVICE_NAME: service = '1', PORT: port = '8080', HOST: address } = process.env;
const host = process.env.HOSTNAME || hostname();
let resolved;

const server = createServer((request, response) => {
  // Not by URL, which refuses some targets that a client may send, such as `//`.
  const [pathname, query] = request.url.split('?');
  response.on('close', () => {
    if (pathname === '/healthz') return;
    const ended = response.writableFinished ? response.statusCode : 'aborted';
    console.log(`${request.method} ${request.url} ${ended}`);
  });
  request.resume();
  const [, kind, value] = pathname.split('/');
  if (pathname === '/') {
    answer(
      request,
      response,
      200,
      `service ${service} has /service/${service}, /headers, /status/CODE, /slow?ms=N\n`,
    );
  } else if (pathname === '/healthz') {
    answer(request, response, 200, 'ok\n');
  } else if (pathname === '/headers') {
    answer(request, response, 200, json({ service, host, headers: request.headers }), 'application/json');
  } else if (pathname === '/slow') {
    setTimeout(answer, Number(new URLSearchParams(query).get('ms')) || 0, request, response, 200, 'slow\n');
  } else if (kind === 'status' && /^[2-5]\d\d$/.test(value)) {
    answer(request, response, Number(value), `status ${value}\n`);
  } else if (kind === 'service' && value === service) {
    ownAddress((ip) => {
      const body = `Hello from behind Envoy (service ${service})! hostname ${host} resolved ${ip}\n`;
      answer(request, response, 200, body);
    });
  } else {
    answer(request, response, 404, `service ${service} has no ${pathname}\n`);
  }
});

function answer(request, response, status, body, type = 'text/plain') {
  const empty = status === 204 || status === 304;
  const length = empty ? {} : { 'content-length': Buffer.byteLength(body) };
  const leaving = server.listening ? {} : { connection: 'close' };
  response.writeHead(status, { 'content-type': type, ...length, ...leaving });
  response.end(empty || request.method === 'HEAD' ? undefined : body);
}

function json(value) {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** What this host's name resolves to; looked up once, with the first request. */
function ownAddress(then) {
  if (resolved) return then(resolved);
  lookup(host, { family: 4 }, (error, ip) => {
    if (!error) resolved = ip;
    then(ip ?? 'nothing');
  });
}

// Requests under way are answered before it goes.
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
process.on('SIGINT', () => process.exit(130));

server.listen({ port: Number(port), host: address }, () => {
  console.log(`service ${service} listens on ${server.address().port}`);
});
