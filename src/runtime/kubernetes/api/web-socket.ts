import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** What a handshake carries, and what its answer must carry (RFC 6455, 4.1). */
export function handshake(protocols: readonly string[]): {
  readonly headers: Record<string, string>;
  readonly accept: string;
} {
  const key = randomBytes(16).toString('base64');
  return {
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': key,
      'sec-websocket-protocol': protocols.join(', '),
    },
    accept: createHash('sha1')
      .update(key + GUID)
      .digest('base64'),
  };
}

const opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

interface Frame {
  readonly final: boolean;
  readonly opcode: number;
  readonly payload: Buffer;
}

/** How much is read ahead of who reads the messages, in bytes. */
const AHEAD = 1024 * 1024;

/**
 * A client's end of a WebSocket (RFC 6455): whole messages, at the pace of who reads them. What has come is read ahead: a server
 * says its last words and closes, and something written to it then breaks the connection.
 */
export class WebSocketClient {
  readonly #socket: Duplex;
  #pending: Buffer;
  #closing = false;
  readonly #come: Buffer[] = [];
  #ahead = 0;
  #over = false;
  #error: Error | undefined;
  #wake: (() => void) | undefined;

  /** @param head what came right behind the handshake's answer */
  constructor(socket: Duplex, head: Buffer) {
    this.#socket = socket;
    this.#pending = head;
    socket.on('data', (chunk: Buffer) => {
      this.#come.push(chunk);
      this.#ahead += chunk.length;
      if (this.#ahead > AHEAD) socket.pause();
      this.#wake?.();
    });
    socket.on('error', (error) => {
      this.#error ??= error;
      this.#wake?.();
    });
    for (const event of ['end', 'close']) {
      socket.once(event, () => {
        this.#over = true;
        this.#wake?.();
      });
    }
  }

  get closed(): boolean {
    return this.#closing || this.#socket.destroyed || !this.#socket.writable;
  }

  /** The process stays while it is open; so it is at first. */
  unref(): void {
    (this.#socket as Partial<{ unref(): void }>).unref?.();
  }

  /** Resolves when there is room for more. What is sent after the end is dropped. */
  async send(...parts: readonly Buffer[]): Promise<void> {
    if (this.closed) return;
    if (this.#socket.write(encode(opcode.binary, Buffer.concat(parts)))) return;
    const over = new AbortController();
    const { signal } = over;
    await Promise.race([once(this.#socket, 'drain', { signal }), once(this.#socket, 'close', { signal })])
      .catch(() => {})
      .finally(() => over.abort());
  }

  /** Says goodbye; the other side has 1 s to answer. */
  close(): void {
    if (this.closed) return;
    this.#closing = true;
    this.#socket.write(encode(opcode.close, Buffer.from([0x03, 0xe8])));
    this.#socket.end();
    setTimeout(() => this.#socket.destroy(), 1000).unref();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /**
   * Messages until the other side closes.
   * @throws Error when the connection breaks
   */
  async *messages(): AsyncGenerator<Buffer> {
    let parts: Buffer[] = [];
    for await (const frame of this.#frames()) {
      if (frame.opcode === opcode.close) {
        if (!this.#closing && this.#socket.writable) {
          this.#closing = true;
          this.#socket.end(encode(opcode.close, frame.payload));
        }
        return;
      }
      if (frame.opcode === opcode.ping && !this.closed)
        this.#socket.write(encode(opcode.pong, frame.payload));
      if (frame.opcode >= opcode.close) continue;
      parts.push(frame.payload);
      if (!frame.final) continue;
      yield parts.length === 1 ? parts[0]! : Buffer.concat(parts);
      parts = [];
    }
    if (!this.#closing) throw Object.assign(new Error('the connection broke'), { code: 'ECONNRESET' });
  }

  async *#frames(): AsyncGenerator<Frame> {
    for (;;) {
      for (;;) {
        const read = decode(this.#pending);
        if (read === undefined) break;
        this.#pending = this.#pending.subarray(read.length);
        yield read.frame;
      }
      const more = await this.#more();
      if (more === undefined) return;
      this.#pending = this.#pending.length === 0 ? more : Buffer.concat([this.#pending, more]);
    }
  }

  async #more(): Promise<Buffer | undefined> {
    for (;;) {
      const chunk = this.#come.shift();
      if (chunk !== undefined) {
        this.#ahead -= chunk.length;
        if (this.#ahead <= AHEAD && this.#socket.isPaused()) this.#socket.resume();
        return chunk;
      }
      if (this.#error !== undefined) throw this.#error;
      if (this.#over) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

/** A whole frame; a client masks what it sends (RFC 6455, 5.3). */
export function encode(code: number, payload: Buffer, final = true): Buffer {
  const { length } = payload;
  const extended = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const frame = Buffer.allocUnsafe(6 + extended + length);
  frame[0] = (final ? 0x80 : 0) | code;
  frame[1] = 0x80 | (extended === 0 ? length : extended === 2 ? 126 : 127);
  if (extended === 2) frame.writeUInt16BE(length, 2);
  if (extended === 8) frame.writeBigUInt64BE(BigInt(length), 2);
  const mask = randomBytes(4);
  mask.copy(frame, 2 + extended);
  const start = 6 + extended;
  for (let at = 0; at < length; at++) frame[start + at] = payload[at]! ^ mask[at & 3]!;
  return frame;
}

/** The frame that `bytes` begins with, and its length; undefined while it is not whole. */
export function decode(bytes: Buffer): { readonly frame: Frame; readonly length: number } | undefined {
  if (bytes.length < 2) return undefined;
  const masked = (bytes[1]! & 0x80) !== 0;
  const short = bytes[1]! & 0x7f;
  const extended = short < 126 ? 0 : short === 126 ? 2 : 8;
  const start = 2 + extended + (masked ? 4 : 0);
  if (bytes.length < start) return undefined;
  const size =
    extended === 0 ? short : extended === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  if (bytes.length < start + size) return undefined;
  const payload = Buffer.from(bytes.subarray(start, start + size));
  if (masked) for (let at = 0; at < size; at++) payload[at]! ^= bytes[start - 4 + (at & 3)]!;
  return {
    frame: { final: (bytes[0]! & 0x80) !== 0, opcode: bytes[0]! & 0x0f, payload },
    length: start + size,
  };
}
