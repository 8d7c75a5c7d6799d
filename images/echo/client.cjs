// Sends lines over TCP, or datagrams over UDP, each when the one before it was answered, and prints the answers:
//
//   node /app/client.cjs tcp://proxy:10000 hello        node /app/client.cjs udp://proxy:10000 hello who
//
//   echo-1: hello                                       echo-2: hello
//   echo-1: 6 bytes                                     echo-2: who
//
// Over TCP it then ends its side and reads what still comes; with --keep it stays until the other side closes, and says so.
// --size N sends N bytes more, in one piece and with no end of line; --times N does everything N times, each time with a new
// connection, or from a new port. It ends with 0 when all was answered, 1 when not, 2 when it was called wrongly.
'use strict';
const { createSocket } = require('node:dgram');
const { connect } = require('node:net');
const { parseArgs } = require('node:util');

const USAGE = 'usage: client.cjs tcp|udp://HOST:PORT [--keep] [--size N] [--times N] [MESSAGE...]';
/** One connection takes at most this, and so does the answer to a datagram, ms. */
const LIMIT_MS = { tcp: 20_000, udp: 2_000 };

function readArguments() {
  try {
    const text = { type: 'string' };
    const options = { keep: { type: 'boolean', default: false }, size: text, times: text };
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    const [target = '', ...messages] = positionals;
    const [, protocol, host, port] = /^(tcp|udp):\/\/([^:/]+):(\d{1,5})\/?$/.exec(target) ?? [];
    if (protocol === undefined) throw new Error('tcp://HOST:PORT or udp://HOST:PORT is missing');
    for (const name of ['size', 'times']) {
      if (!/^\d{1,8}$/.test(values[name] ?? '0')) throw new Error(`--${name} must be a number`);
    }
    const { keep, size = 0, times = 1 } = values;
    return { protocol, host, port: Number(port), messages, keep, size: Number(size), times: Number(times) };
  } catch ({ message }) {
    console.error(`${message}\n${USAGE}`);
    process.exit(2);
  }
}

const asked = readArguments();

/** One connection, from its first line to its end. */
function overTcp() {
  return new Promise((resolve, reject) => {
    const { host, port, messages, keep, size } = asked;
    const socket = connect({ host, port, allowHalfOpen: true });
    const timer = setTimeout(() => fail('no end in time'), LIMIT_MS.tcp);
    const waiting = [...messages];
    let answers = '';
    let ended = false;
    const fail = (reason) => {
      clearTimeout(timer);
      socket.destroy();
      reject(new Error(reason));
    };
    const proceed = () => {
      const message = waiting.shift();
      if (message !== undefined) socket.write(`${message}\n`);
      else if (!keep && !ended) {
        ended = true;
        socket.end(size > 0 ? 'x'.repeat(size) : undefined);
      }
    };
    socket.on('connect', proceed);
    socket.on('data', (data) => {
      process.stdout.write(data);
      answers += data;
      if (!ended && answers.split('\n').length > messages.length - waiting.length) proceed();
    });
    socket.on('end', () => {
      clearTimeout(timer);
      socket.destroy();
      if (answers === '' && !keep) reject(new Error('closed without an answer'));
      else {
        if (keep) console.log('closed by the other side');
        resolve();
      }
    });
    socket.on('error', ({ code, message }) => fail(`lost: ${code ?? message}`));
  });
}

/** One socket, from its first datagram to the answer to its last. */
function overUdp() {
  return new Promise((resolve, reject) => {
    const { host, port, messages, size } = asked;
    const waiting = size > 0 ? [...messages, 'x'.repeat(size)] : [...messages];
    const socket = createSocket('udp4');
    let timer;
    const done = (settle) => {
      clearTimeout(timer);
      socket.close();
      settle();
    };
    const fail = (reason) => done(() => reject(new Error(reason)));
    const proceed = () => {
      clearTimeout(timer);
      const message = waiting.shift();
      if (message === undefined) return done(resolve);
      timer = setTimeout(() => fail(`no answer to ${message}`), LIMIT_MS.udp);
      socket.send(message, port, host);
    };
    socket.on('message', (message) => {
      console.log(String(message));
      proceed();
    });
    socket.on('error', ({ code, message }) => fail(`lost: ${code ?? message}`));
    proceed();
  });
}

async function main() {
  const once = asked.protocol === 'tcp' ? overTcp : overUdp;
  for (let time = 0; time < asked.times; time++) await once();
}

main().catch(({ message }) => {
  console.error(message);
  process.exitCode = 1;
});
