// gRPC over HTTP/2 as far as key-value.proto needs it: messages of strings and numbers (Protocol Buffers' wire format), each
// behind a byte for compression and four for its length ("gRPC over HTTP2", Length-Prefixed-Message).
'use strict';

/** Names of fields by number, and what they are. */
const messages = {
  Key: { 1: ['key', 'string'] },
  Entry: { 1: ['key', 'string'], 2: ['value', 'string'] },
  SetReply: { 1: ['before', 'string'] },
  Count: { 1: ['count', 'uint32'] },
};

const methods = {
  Set: { takes: 'Entry', gives: 'SetReply' },
  Get: { takes: 'Key', gives: 'Entry' },
  List: { takes: 'Key', gives: 'Entry' },
  SetMany: { takes: 'Entry', gives: 'Count' },
  Wait: { takes: 'Count', gives: 'Count' },
};
const SERVICE = '/store.v1.KeyValue/';

/** Status codes by number (gRPC's statuscodes.md). */
const statuses = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
];

/** The longest message either side takes, bytes. */
const MESSAGE_LIMIT = 1024 * 1024;
const VARINT = 0;
const BYTES = 2;

/** A message with its five bytes before it. */
function encode(type, value) {
  const parts = [];
  for (const [number, [name, kind]] of Object.entries(messages[type])) {
    const content = value[name];
    // What is empty or 0 is not sent.
    if (!content) continue;
    if (kind === 'uint32') parts.push(varint((number << 3) | VARINT), varint(content));
    else {
      const text = Buffer.from(content);
      parts.push(varint((number << 3) | BYTES), varint(text.length), text);
    }
  }
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(body.length, 1);
  return Buffer.concat([head, body]);
}

/** The message in these bytes, without the five; fields nobody knows are passed over. Throws when it is none. */
function decode(type, bytes) {
  const fields = messages[type];
  const value = Object.fromEntries(
    Object.values(fields).map(([name, kind]) => [name, kind === 'uint32' ? 0 : '']),
  );
  let at = 0;
  const number = () => {
    let result = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      if (at >= bytes.length) throw new Error('a message ends too soon');
      const byte = bytes[at++];
      result += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return result;
    }
    throw new Error('a number is too long');
  };
  while (at < bytes.length) {
    const tag = number();
    const [name, kind] = fields[tag >>> 3] ?? [];
    const wire = tag & 7;
    if (wire !== VARINT && wire !== BYTES) throw new Error(`wire type ${wire} is not known here`);
    const content = number();
    if (wire === VARINT) {
      if (kind === 'uint32') value[name] = content;
      continue;
    }
    if (at + content > bytes.length) throw new Error('a message ends too soon');
    if (kind === 'string') value[name] = bytes.toString('utf8', at, at + content);
    at += content;
  }
  return value;
}

function varint(number) {
  const bytes = [];
  let rest = number;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
}

/** The messages of a stream, as they come. Throws when it is compressed, too long, or ends within one. */
async function* read(stream, type) {
  let bytes = Buffer.alloc(0);
  // Whoever stops reading has still an answer to send.
  for await (const part of stream.iterator({ destroyOnReturn: false })) {
    bytes = Buffer.concat([bytes, part]);
    while (bytes.length >= 5) {
      const length = bytes.readUInt32BE(1);
      if (bytes[0] !== 0) throw new Error('compressed messages are not taken');
      if (length > MESSAGE_LIMIT) throw new Error(`a message may have ${MESSAGE_LIMIT} bytes`);
      if (bytes.length < 5 + length) break;
      yield decode(type, bytes.subarray(5, 5 + length));
      bytes = bytes.subarray(5 + length);
    }
  }
  if (bytes.length > 0) throw new Error('a message ends too soon');
}

module.exports = { SERVICE, decode, encode, methods, read, statuses };
