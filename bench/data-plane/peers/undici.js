// A server of node:http that sends each request on with undici's dispatch, the least undici does for a request.
import { createServer } from 'node:http';
import { Pool } from 'undici';

const pool = new Pool(`http://127.0.0.1:${process.argv[2]}`, { connections: 64 });
// Of one connection, so nobody else's (RFC 9110, section 7.6.1).
const hopByHop = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'te', 'trailer']);

const server = createServer((request, response) => {
  const headers = [];
  for (let at = 0; at < request.rawHeaders.length; at += 2) {
    if (hopByHop.has(request.rawHeaders[at].toLowerCase())) continue;
    headers.push(request.rawHeaders[at], request.rawHeaders[at + 1]);
  }
  const body = request.headers['content-length'] || request.headers['transfer-encoding'] ? request : null;
  pool.dispatch(
    { path: request.url, method: request.method, headers, body },
    {
      onRequestStart() {},
      onResponseStart(controller, status, fields) {
        for (const name of hopByHop) delete fields[name];
        response.writeHead(status, fields);
        response.on('drain', () => controller.resume());
      },
      onResponseData(controller, data) {
        if (!response.write(data)) controller.pause();
      },
      onResponseEnd() {
        response.end();
      },
      onResponseError(_controller, error) {
        response.destroy(error);
      },
    },
  );
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
