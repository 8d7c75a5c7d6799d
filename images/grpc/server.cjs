// The service of key-value.proto. HTTP/2 without TLS; the status of a call is in its trailers.
'use strict';
const { createServer } = require('node:http2');
const { setTimeout: delay } = require('node:timers/promises');
const { SERVICE, encode, methods, read, statuses } = require('./wire.cjs');

const { PORT: port = '8080', HOST: address } = process.env;
/** The longest that Wait waits, ms; the most keys that are kept. */
const WAIT_LIMIT_MS = 60_000;
const KEYS = 100_000;

const store = new Map();

/** A call that ends with something else than OK. */
class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** By method: what is taken of the requests, and what is answered, message by message. */
const handlers = {
  async *Set(requests) {
    for await (const entry of requests) yield { before: set(entry) };
  },
  async *Get(requests) {
    for await (const { key } of requests) {
      const value = store.get(key);
      if (value === undefined) throw new Refused('NOT_FOUND', `there is no key "${key}"`);
      yield { key, value };
    }
  },
  async *List(requests) {
    for await (const { key: prefix } of requests) {
      for (const key of [...store.keys()].filter((each) => each.startsWith(prefix)).sort()) {
        yield { key, value: store.get(key) };
      }
    }
  },
  async *SetMany(requests) {
    let count = 0;
    for await (const entry of requests) {
      set(entry);
      count++;
    }
    yield { count };
  },
  async *Wait(requests, signal) {
    for await (const { count } of requests) {
      if (count > WAIT_LIMIT_MS) throw new Refused('OUT_OF_RANGE', `at most ${WAIT_LIMIT_MS} ms`);
      await delay(count, undefined, { signal });
      yield { count };
    }
  },
};

function set({ key, value }) {
  if (key === '') throw new Refused('INVALID_ARGUMENT', 'a key may not be empty');
  if (store.size >= KEYS && !store.has(key)) throw new Refused('RESOURCE_EXHAUSTED', `${KEYS} keys are kept`);
  const before = store.get(key);
  store.set(key, value);
  return before;
}

const server = createServer();
const sessions = new Set();
server.on('session', (session) => {
  sessions.add(session);
  session.on('close', () => sessions.delete(session));
  session.on('error', () => session.destroy());
});

server.on('stream', async (stream, headers) => {
  const path = headers[':path'];
  const method = path.startsWith(SERVICE) ? path.slice(SERVICE.length) : '';
  const gone = new AbortController();
  let trailers = {};
  stream.on('error', () => {});
  stream.on('close', () => gone.abort());
  stream.on('wantTrailers', () => stream.sendTrailers(trailers));
  if (!headers['content-type']?.startsWith('application/grpc')) {
    stream.resume();
    stream.respond({ ':status': 415 }, { endStream: true });
    return;
  }
  // As late as can be: until then a proxy may still answer in the service's place.
  const begin = () => {
    if (stream.headersSent || stream.destroyed) return;
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  };
  let status = 'OK';
  let message = '';
  try {
    if (!Object.hasOwn(handlers, method)) throw new Refused('UNIMPLEMENTED', `there is no ${path}`);
    const { takes, gives } = methods[method];
    for await (const reply of handlers[method](read(stream, takes), gone.signal)) {
      begin();
      if (!stream.write(encode(gives, reply))) {
        await new Promise((resolve) => stream.once('drain', resolve).once('close', resolve));
      }
    }
  } catch (error) {
    status = error instanceof Refused ? error.status : gone.signal.aborted ? 'CANCELLED' : 'INTERNAL';
    message = error.message;
    stream.resume();
  }
  console.log(`${path} ${status}`);
  trailers = {
    'grpc-status': String(statuses.indexOf(status)),
    // Percent-encoded, as the protocol has it.
    ...(message !== '' && { 'grpc-message': encodeURIComponent(message).replaceAll('%20', ' ') }),
  };
  begin();
  if (!stream.destroyed) stream.end();
});

// Calls under way are answered before it goes.
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  for (const session of sessions) session.close();
});
process.on('SIGINT', () => process.exit(130));

server.listen({ port: Number(port), host: address }, () => {
  console.log(`grpc listens on ${server.address().port}`);
});
