// Serves the pages in site/, and /headers, which shows a request as it arrived: what a proxy on the way added.
'use strict';
const { readFileSync, readdirSync } = require('node:fs');
const { createServer } = require('node:http');
const { join, extname } = require('node:path');

const { PORT: port = '8080', HOST: address } = process.env;
const types = { '.html': 'text/html; charset=utf-8', '.css': 'text/css; charset=utf-8' };

// The site is small and does not change: it is read once, so a path can never lead out of it.
const folder = join(__dirname, 'site');
const pages = new Map(
  readdirSync(folder)
    // A folder that Kubernetes mounts has names of its own in it: ..data
    .filter((name) => extname(name) in types)
    .map((name) => [
      `/${name.replace(/^index\.html$|\.html$/, '')}`,
      { type: types[extname(name)], body: readFileSync(join(folder, name)) },
    ]),
);

const server = createServer((request, response) => {
  // Not by URL, which refuses some targets that a client may send, such as `//`.
  const [pathname] = request.url.split('?');
  if (pathname !== '/healthz') console.log(`${request.method} ${request.url}`);
  request.resume();
  const page = pages.get(pathname);
  if (page) return answer(request, response, 200, page);
  if (pathname === '/healthz') return answer(request, response, 200, { type: 'text/plain', body: 'ok\n' });
  if (pathname === '/headers') {
    const body = `${JSON.stringify(request.headers, undefined, 2)}\n`;
    return answer(request, response, 200, { type: 'application/json', body });
  }
  return answer(request, response, 404, { type: 'text/plain', body: `there is no page ${pathname}\n` });
});

function answer(request, response, status, { type, body }) {
  const leaving = server.listening ? {} : { connection: 'close' };
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    ...leaving,
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

// Requests under way are answered before it goes.
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
process.on('SIGINT', () => process.exit(130));

server.listen({ port: Number(port), host: address }, () => {
  console.log(`website listens on ${server.address().port}`);
});
