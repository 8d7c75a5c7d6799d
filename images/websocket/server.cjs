// A WebSocket server (RFC 6455) on every path: it says back each message, answers pings, and writes down who came and went.
// Three messages are orders: `who` is answered with its host's name, `count 3` with three messages, `bye` with a close.
// Without an upgrade it answers 426. With a certificate and its key, CERT and KEY, it speaks TLS.
'use strict';
const { readFileSync } = require('node:fs');
const { hostname } = require('node:os');
const { Reader, acceptOf, closing, frame, opcodes } = require('./frames.cjs');

const { PORT: port = '8080', HOST: address, CERT: cert, KEY: key } = process.env;
const host = process.env.HOSTNAME || hostname();
const COUNT_LIMIT = 10_000;

const { createServer } = cert ? require('node:https') : require('node:http');
const options = cert ? { cert: readFileSync(cert), key: readFileSync(key) } : {};
const open = new Set();

const server = createServer(options, (request, response) => {
  request.resume();
  console.log(`${request.method} ${request.url} without an upgrade`);
  const body = 'this is a WebSocket server\n';
  response.writeHead(426, {
    upgrade: 'websocket',
    connection: 'upgrade',
    'content-type': 'text/plain',
    'content-length': Buffer.byteLength(body),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
});

server.on('upgrade', (request, socket, head) => {
  const key = request.headers['sec-websocket-key'];
  const asked = request.headers.upgrade?.toLowerCase() === 'websocket';
  if (!asked || key === undefined || request.headers['sec-websocket-version'] !== '13') {
    return socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  }
  const lines = [
    'HTTP/1.1 101 Switching Protocols',
    'upgrade: websocket',
    'connection: upgrade',
    `sec-websocket-accept: ${acceptOf(key)}`,
    `x-host: ${host}`,
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  console.log(`${request.url} opened`);
  open.add(socket);
  let messages = 0;
  const send = (opcode, payload) => socket.write(frame(opcode, payload, { masked: false }));
  const end = (code, reason) => {
    if (socket.writableEnded) return;
    send(opcodes.close, closing(code, reason));
    socket.end();
  };
  const reader = new Reader(({ opcode, payload }) => {
    if (opcode === opcodes.ping) send(opcodes.pong, payload);
    else if (opcode === opcodes.close) end(payload.length >= 2 ? payload.readUInt16BE() : 1000);
    else if (opcode === opcodes.text || opcode === opcodes.binary) {
      messages++;
      answer(opcode, payload, { send, end });
    }
  });
  const read = (bytes) => {
    try {
      reader.read(bytes);
    } catch ({ message }) {
      socket.removeListener('data', read);
      socket.resume();
      end(1002, message);
    }
  };
  socket.on('data', read);
  if (head.length > 0) read(head);
  socket.on('error', () => socket.destroy());
  socket.on('end', () => socket.end());
  socket.on('close', () => {
    open.delete(socket);
    console.log(`${request.url} closed after ${messages} messages`);
  });
});

function answer(opcode, payload, { send, end }) {
  const text = opcode === opcodes.text ? payload.toString() : '';
  const [, count] = /^count (\d{1,5})$/.exec(text) ?? [];
  if (text === 'who') send(opcodes.text, host);
  else if (text === 'bye') end(1000, 'bye');
  else if (count !== undefined && Number(count) <= COUNT_LIMIT) {
    for (let number = 1; number <= Number(count); number++) send(opcodes.text, String(number));
  } else send(opcode, payload);
}

process.on('SIGTERM', () => {
  for (const socket of open) {
    socket.write(frame(opcodes.close, closing(1001, 'the server goes'), { masked: false }));
    socket.end();
  }
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
process.on('SIGINT', () => process.exit(130));

server.listen({ port: Number(port), host: address }, () => {
  console.log(`websocket listens on ${server.address().port}`);
});
