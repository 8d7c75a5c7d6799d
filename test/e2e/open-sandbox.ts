/** A sandbox whose app has what makes a page hard to show below a prefix. */
export const pagesSandbox: Readonly<Record<string, string>> = {
  'sandbox.yaml': `name: pages
nodes:
  web:
    replicas: 1
    containers:
      app: { command: [node, /app/app.cjs], files: { app.cjs: /app/app.cjs }, ready: { tcp: 7000 } }
`,
  'app.cjs': `'use strict';
const { createHash } = require('node:crypto');
const { createServer } = require('node:http');
const { gzipSync } = require('node:zlib');
const page = \`<!doctype html><html><head><meta charset=utf-8><title>Café</title>
<link rel=stylesheet href=/style.css></head><body>
<a id=root href=/there?a=1&b=2>root</a> <a id=absolute href="http://web-1:7000/there">absolute</a>
<a id=old href=/old>redirect</a> <a id=refresh href=/refresh>refresh</a>
<form id=form method=post action=/form><input name=word value=hello><button>send</button></form>
<img id=image srcset="/dot.svg 1x, /dot.svg?2 2x" src=/dot.svg>
<pre id=script></pre>
<script>
const out = [];
const tell = (text) => { out.push(text); document.getElementById('script').textContent = out.join('\\\\n'); };
(async () => {
  tell('fetch ' + await (await fetch('/data')).text());
  tell('post ' + await (await fetch('/data', { method: 'POST', body: 'b'.repeat(9) })).text());
  tell('cookie ' + document.cookie);
  await new Promise((resolve) => { const image = new Image(); image.onload = resolve; image.src = '/dot.svg?made'; });
  tell('image');
  const socket = new WebSocket('ws://' + location.host + '/socket');
  socket.onmessage = ({ data }) => { tell('socket ' + data); history.pushState({}, '', '/pushed'); tell('at ' + location.pathname); tell('done'); };
  socket.onopen = () => socket.send('ping');
  socket.onerror = () => tell('socket error');
})().catch((error) => tell(String(error)));
</script></body></html>\`;
const server = createServer((request, response) => {
  const { url, method, headers } = request;
  console.log(method + ' ' + url);
  let body = '';
  request.on('data', (chunk) => { body += chunk; }).on('end', () => {
    const answer = (type, text, more = {}) => response.writeHead(200, { 'content-type': type, ...more }).end(text);
    if (url === '/') {
      const gzip = /gzip/.test(headers['accept-encoding']);
      answer('text/html', gzip ? gzipSync(page) : page, {
        ...(gzip ? { 'content-encoding': 'gzip' } : {}),
        'set-cookie': ['own=1; Path=/', 'safe=2; Path=/; Secure', 'envoy-lab-1=stolen; Path=/'],
        'access-control-allow-origin': '*', 'clear-site-data': '"cookies"',
      });
    } else if (url === '/style.css') answer('text/css', 'body { background-image: url(/dot.svg?css) }');
    else if (url.startsWith('/dot.svg')) answer('image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>');
    else if (url === '/data') answer('text/plain', [method, body.length, headers.host, headers.origin, headers.referer, headers.cookie].join(' '));
    else if (url === '/old') response.writeHead(302, { location: 'http://' + headers.host + '/there?redirected' }).end();
    else if (url === '/refresh') answer('text/html', 'wait', { refresh: '0; url=/there?refreshed' });
    else if (url.startsWith('/hit')) answer('text/html', 'hit');
    else answer('text/plain', method + ' ' + url + ' ' + body + ' ' + (headers.cookie ?? ''));
  });
});
server.on('upgrade', (request, socket) => {
  console.log('WS ' + request.url + ' ' + request.headers.origin + ' ' + (request.headers.cookie ?? ''));
  const key = createHash('sha1').update(request.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64');
  socket.write('HTTP/1.1 101 Switching Protocols\\r\\nconnection: upgrade\\r\\nupgrade: websocket\\r\\nsec-websocket-accept: ' + key + '\\r\\n\\r\\n');
  socket.once('data', () => socket.write(Buffer.concat([Buffer.from([0x81, 4]), Buffer.from('pong')])));
  socket.on('error', () => {}).on('end', () => socket.end());
});
server.listen(7000, process.env.HOST);
process.on('SIGTERM', () => process.exit());
`,
};
