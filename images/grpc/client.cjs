// Calls the service of key-value.proto and tells what came: the messages, and the status that ends every call.
//
//   node /app/client.cjs set colour blue        node /app/client.cjs list co
//   node /app/client.cjs get colour             node /app/client.cjs fill co 100     many entries in one stream
//   node /app/client.cjs wait 500               node /app/client.cjs many 50         calls at the same time
//   node /app/client.cjs call NAME              any other method, to see it refused
//
// SERVER is where: http://localhost:10000 unless told. --timeout 200m is sent as grpc-timeout, for whoever keeps it on the way;
// -v shows headers and trailers. It ends with the status of the call: 0 is OK.
'use strict';
const { connect } = require('node:http2');
const { parseArgs } = require('node:util');
const { SERVICE, encode, methods, read, statuses } = require('./wire.cjs');

const { SERVER: target = 'http://localhost:10000' } = process.env;
/** Everything together takes at most this, ms. */
const LIMIT_MS = 20_000;
const USAGE = `usage: client.cjs [-v] [--timeout 200m] COMMAND
  set KEY VALUE | get KEY | list PREFIX | fill PREFIX COUNT | wait MS | many COUNT | call METHOD`;

const commands = {
  set: ([key, value]) => ({ method: 'Set', requests: [{ key, value }] }),
  get: ([key]) => ({ method: 'Get', requests: [{ key }] }),
  list: ([key]) => ({ method: 'List', requests: [{ key }] }),
  fill: ([prefix, count]) => ({ method: 'SetMany', requests: entries(prefix, count) }),
  wait: ([count]) => ({ method: 'Wait', requests: [{ count: Number(count) }] }),
  many: ([count]) => ({ method: 'Set', requests: [{ key: 'many', value: 'x' }], times: Number(count) }),
  call: ([method]) => ({ method, requests: [{}] }),
};

function entries(prefix, count) {
  return Array.from({ length: Number(count) }, (_, index) => ({
    key: `${prefix}${index + 1}`,
    value: `${index + 1}`,
  }));
}

function readArguments() {
  try {
    const options = { timeout: { type: 'string' }, verbose: { type: 'boolean', short: 'v' } };
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    const [command = '', ...words] = positionals;
    const wanted = { set: 2, fill: 2 }[command] ?? 1;
    if (!Object.hasOwn(commands, command) || words.length !== wanted) throw new Error('no such command');
    return { ...values, ...commands[command](words) };
  } catch ({ message }) {
    console.error(`${message}\n${USAGE}`);
    process.exit(64);
  }
}

const asked = readArguments();
const session = connect(target);
session.on('error', ({ code, message }) => fail(code ? `${code}: ${message}` : message));
setTimeout(() => fail('no end in time'), LIMIT_MS).unref();

function call() {
  const { takes = 'Key', gives = 'Key' } = methods[asked.method] ?? {};
  const stream = session.request({
    ':method': 'POST',
    ':path': SERVICE + asked.method,
    'content-type': 'application/grpc',
    te: 'trailers',
    ...(asked.timeout !== undefined && { 'grpc-timeout': asked.timeout }),
  });
  for (const each of asked.requests) stream.write(encode(takes, each));
  stream.end();
  return answer(stream, gives);
}

/** Tells the messages, and returns the status as [number, message]. */
async function answer(stream, gives) {
  let ending;
  stream.on('response', (headers) => {
    show('header', headers);
    if (headers['grpc-status'] !== undefined) ending = headers;
    else if (headers[':status'] !== 200)
      ending = { 'grpc-status': '2', 'grpc-message': `HTTP ${headers[':status']}` };
  });
  stream.on('trailers', (trailers) => {
    show('trailer', trailers);
    ending ??= trailers;
  });
  try {
    for await (const message of read(stream, gives)) {
      if (asked.times === undefined) console.log(JSON.stringify(message));
    }
  } catch (error) {
    ending ??= { 'grpc-status': '13', 'grpc-message': error.message };
  }
  ending ??= { 'grpc-status': '13', 'grpc-message': 'the stream ended without a status' };
  return [Number(ending['grpc-status']), decodeURIComponent(ending['grpc-message'] ?? '')];
}

function show(kind, fields) {
  if (!asked.verbose) return;
  for (const [name, value] of Object.entries(fields)) console.log(`${kind} ${name}: ${value}`);
}

function fail(reason) {
  console.error(reason);
  process.exit(14);
}

async function main() {
  const results = await Promise.all(Array.from({ length: asked.times ?? 1 }, call));
  const worst = results.find(([status]) => status !== 0) ?? results[0];
  const [status, message] = worst;
  const good = results.filter(([each]) => each === 0).length;
  if (asked.times !== undefined) console.log(`${good} of ${results.length} answered`);
  console.log(`status ${status} ${statuses[status]}${message === '' ? '' : `: ${message}`}`);
  session.close();
  process.exitCode = status;
}

void main();
