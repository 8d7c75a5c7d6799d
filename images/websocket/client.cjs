// Opens a WebSocket, sends each message when the one before it was answered, and closes:
//
//   node /app/client.cjs ws://proxy:10000/chat hello who
//
//   opened 101, x-host: echo-1     what the server said, with its headers when asked by --headers
//   > hello
//   < hello
//   closed 1000
//
// --ca FILE trusts that authority for wss://, --size N sends one more message of N bytes, --ping one ping, --count N waits for
// N answers to the last message, --wait stays until the other side closes. It ends with 0 when the close was an agreed one, 1
// when there was no upgrade or the connection was lost, 2 when it was called wrongly.
'use strict';
const { randomBytes } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { parseArgs } = require('node:util');
const { Reader, acceptOf, closing, frame, opcodes } = require('./frames.cjs');

const USAGE =
  'usage: client.cjs ws[s]://HOST:PORT/PATH [--ca FILE] [--headers] [--ping] [--size N] [--count N] [--wait] [MESSAGE...]';
/** Everything together takes at most this, ms; not with --wait. */
const LIMIT_MS = 10_000;
/** A longer message is told by its length. */
const SHOWN = 100;

function readArguments() {
  try {
    const text = { type: 'string' };
    const flag = { type: 'boolean', default: false };
    const options = { ca: text, headers: flag, ping: flag, size: text, count: text, wait: flag };
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    const [target, ...messages] = positionals;
    if (!/^wss?:/.test(target ?? '') || !URL.canParse(target))
      throw new Error('a ws:// or wss:// URL is missing');
    for (const name of ['size', 'count']) {
      if (!/^\d{1,7}$/.test(values[name] ?? '0')) throw new Error(`--${name} must be a number`);
    }
    if (values.size !== undefined) messages.push('x'.repeat(Number(values.size)));
    const ca = values.ca === undefined ? undefined : readFileSync(values.ca);
    return { ...values, url: new URL(target.replace(/^ws/, 'http')), ca, messages };
  } catch ({ message }) {
    console.error(`${message}\n${USAGE}`);
    process.exit(2);
  }
}

const asked = readArguments();
const key = randomBytes(16).toString('base64');
const { request } = asked.url.protocol === 'https:' ? require('node:https') : require('node:http');
const opening = request(asked.url, {
  agent: false,
  ca: asked.ca,
  rejectUnauthorized: asked.ca !== undefined,
  headers: {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': key,
  },
});
if (!asked.wait) setTimeout(() => fail('no end in time'), LIMIT_MS).unref();
opening.on('error', ({ code, message }) => fail(code ? `${code}: ${message}` : message));
opening.on('response', async (response) => {
  let body = '';
  for await (const part of response) body += part;
  fail(`refused ${response.statusCode} ${body.trim()}`.trim());
});
opening.on('upgrade', (response, socket, head) => {
  if (response.headers['sec-websocket-accept'] !== acceptOf(key)) fail('sec-websocket-accept is wrong');
  console.log(`opened ${response.statusCode}, x-host: ${response.headers['x-host']}`);
  if (asked.headers) {
    for (const [name, value] of Object.entries(response.headers)) console.log(`${name}: ${value}`);
  }
  talk(socket, head);
});
opening.end();

function talk(socket, head) {
  const { messages } = asked;
  let next = asked.ping ? -1 : 0;
  let due = 0;
  const send = (opcode, payload) => socket.write(frame(opcode, payload, { masked: true }));
  // Who has sent one answers none (RFC 6455, 5.5.1).
  let closes = false;
  const close = (payload) => {
    if (!closes) send(opcodes.close, payload);
    closes = true;
  };
  const proceed = () => {
    if (next < 0) {
      send(opcodes.ping, 'ping');
      console.log('> ping');
    } else if (next < messages.length) {
      const message = messages[next];
      send(opcodes.text, message);
      console.log(`> ${shown(message)}`);
      due = next === messages.length - 1 ? Number(asked.count ?? 1) : 1;
    } else if (!asked.wait) close(closing(1000));
    next++;
  };
  const reader = new Reader(({ opcode, payload }) => {
    if (opcode === opcodes.ping) return send(opcodes.pong, payload);
    if (opcode === opcodes.close) {
      console.log(
        `closed ${payload.length >= 2 ? payload.readUInt16BE() : ''} ${payload.subarray(2)}`.trim(),
      );
      close(payload);
      return socket.end(() => process.exit(0));
    }
    console.log(`< ${opcode === opcodes.pong ? 'pong' : shown(payload.toString())}`);
    if (opcode === opcodes.pong || --due === 0) proceed();
  });
  const read = (bytes) => {
    try {
      reader.read(bytes);
    } catch ({ message }) {
      fail(message);
    }
  };
  socket.on('data', read);
  socket.on('error', ({ message }) => fail(`lost: ${message}`));
  socket.on('close', () => fail('lost: closed without a word'));
  if (head.length > 0) read(head);
  proceed();
}

function shown(text) {
  return text.length > SHOWN ? `${text.length} characters` : text;
}

function fail(reason) {
  console.error(reason);
  process.exit(1);
}
