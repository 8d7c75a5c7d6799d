// Frames of WebSocket (RFC 6455, 5.2), as far as both programs need them: no extensions.
'use strict';
const { createHash, randomBytes } = require('node:crypto');

const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 };
/** The longest message either side takes, bytes. */
const MESSAGE_LIMIT = 1024 * 1024;

/** What a server answers to a client's Sec-WebSocket-Key (4.2.2). */
function acceptOf(key) {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}

/** One whole frame; a client masks what it sends (5.3). */
function frame(opcode, payload, { masked }) {
  const content = Buffer.from(payload);
  const length = content.length;
  const wide = length > 0xffff ? 8 : length > 125 ? 2 : 0;
  const head = Buffer.alloc(2 + wide);
  head[0] = 0x80 | opcode;
  head[1] = (masked ? 0x80 : 0) | (wide === 8 ? 127 : wide === 2 ? 126 : length);
  if (wide === 2) head.writeUInt16BE(length, 2);
  if (wide === 8) head.writeBigUInt64BE(BigInt(length), 2);
  if (!masked) return Buffer.concat([head, content]);
  const mask = randomBytes(4);
  return Buffer.concat([head, mask, unmask(content, mask)]);
}

/** The payload of a close frame: a status and why (5.5.1). */
function closing(code, reason = '') {
  const payload = Buffer.alloc(2 + Buffer.byteLength(reason));
  payload.writeUInt16BE(code);
  payload.write(reason, 2);
  return payload;
}

function unmask(content, mask) {
  return content.map((byte, index) => byte ^ mask[index & 3]);
}

/** Takes bytes as they come, and calls back with { opcode, payload } of each message and control frame. */
class Reader {
  #bytes = Buffer.alloc(0);
  #parts = [];
  #opcode = 0;
  #told;

  constructor(told) {
    this.#told = told;
  }

  /** Throws when the bytes are no frames, or too long a message. */
  read(bytes) {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    for (let next = this.#next(); next !== undefined; next = this.#next()) this.#take(next);
  }

  #take({ last, opcode, payload }) {
    // Control frames may come in the midst of a message.
    if (opcode >= opcodes.close) return this.#told({ opcode, payload });
    if ((opcode === opcodes.continuation) !== this.#parts.length > 0) throw new Error('frames out of order');
    if (opcode !== opcodes.continuation) this.#opcode = opcode;
    this.#parts.push(payload);
    if (this.#parts.reduce((sum, part) => sum + part.length, 0) > MESSAGE_LIMIT) throw new Error('too long');
    if (!last) return;
    const message = Buffer.concat(this.#parts);
    this.#parts = [];
    this.#told({ opcode: this.#opcode, payload: message });
  }

  #next() {
    const bytes = this.#bytes;
    if (bytes.length < 2) return undefined;
    const short = bytes[1] & 0x7f;
    const wide = short === 127 ? 8 : short === 126 ? 2 : 0;
    const masked = (bytes[1] & 0x80) !== 0;
    const start = 2 + wide + (masked ? 4 : 0);
    if (bytes.length < start) return undefined;
    const length = wide === 8 ? Number(bytes.readBigUInt64BE(2)) : wide === 2 ? bytes.readUInt16BE(2) : short;
    if (length > MESSAGE_LIMIT) throw new Error('too long');
    if (bytes.length < start + length) return undefined;
    const content = bytes.subarray(start, start + length);
    const payload = masked ? unmask(content, bytes.subarray(start - 4, start)) : Buffer.from(content);
    this.#bytes = bytes.subarray(start + length);
    return { last: (bytes[0] & 0x80) !== 0, opcode: bytes[0] & 0x0f, payload };
  }
}

module.exports = { Reader, acceptOf, closing, frame, opcodes };
