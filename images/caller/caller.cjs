// Calls a URL again and again: one request at a time, each on a connection of its own, so that whatever balances
// connections may choose anew. A line a request:
//
//   answered 200 pod-2     the status, and who it was when the answer is JSON with a "host"
//   lost ECONNRESET        it was under way, and nobody answered it; or the answer was a 5xx
//   again ECONNREFUSED     it never left: there was no connection to send it on, so it is tried again
'use strict';
const { get } = require('node:http');
const { setTimeout: delay } = require('node:timers/promises');

const { URL: target = '', EVERY_MS: every = '50' } = process.env;
/** An answer takes at most this, ms; a request that found no connection is tried again for as long. */
const LIMIT_MS = 10_000;
/** A connection is there within this, ms. */
const CONNECT_LIMIT_MS = 1000;
/** What is read of an answer, characters. */
const BODY_LIMIT = 100_000;

if (!/^http:\/\/\S+$/.test(target) || !URL.canParse(target)) fail('URL', 'no http:// URL', target);
if (!/^\d{1,6}$/.test(every)) fail('EVERY_MS', 'no whole number of ms', every);

function fail(name, what, value) {
  console.error(`${name} is ${what}: ${JSON.stringify(value)}`);
  process.exit(1);
}

/** Sends a request once; what became of it. */
function send() {
  return new Promise((resolve) => {
    const request = get(target, { agent: false });
    let connected = false;
    const limits = [
      setTimeout(() => connected || request.destroy(timeout()), CONNECT_LIMIT_MS),
      setTimeout(() => request.destroy(timeout()), LIMIT_MS),
    ];
    const end = (result, what) => {
      for (const limit of limits) clearTimeout(limit);
      resolve({ result, what });
    };
    request.on('socket', (socket) =>
      socket.once('connect', () => {
        connected = true;
      }),
    );
    request.on('error', ({ code, message }) => end(connected ? 'lost' : 'again', code ?? message));
    request.on('response', (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text) => {
        if (body.length < BODY_LIMIT) body += text;
      });
      response.on('error', ({ code, message }) => end('lost', code ?? message));
      response.on('end', () => {
        const { statusCode } = response;
        end(statusCode >= 500 ? 'lost' : 'answered', `${statusCode} ${hostIn(body)}`.trim());
      });
    });
  });
}

function timeout() {
  return Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' });
}

/** Who answered, as http-app says it; nothing when the answer does not tell. */
function hostIn(body) {
  try {
    return String(JSON.parse(body).host ?? '');
  } catch {
    return '';
  }
}

async function main() {
  for (;;) {
    const until = performance.now() + LIMIT_MS;
    let { result, what } = await send();
    while (result === 'again' && performance.now() < until) {
      console.log(`again ${what}`);
      await delay(Number(every));
      ({ result, what } = await send());
    }
    console.log(`${result === 'again' ? 'lost' : result} ${what}`);
    await delay(Number(every));
  }
}

process.on('SIGTERM', () => process.exit(0));
process.on('SIGINT', () => process.exit(130));
void main();
