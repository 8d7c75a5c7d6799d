import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

const opcodes = { text: 1, close: 8, ping: 9, pong: 10 } as const;
type Kind = keyof typeof opcodes;
const kinds = new Map(Object.entries(opcodes).map(([kind, code]) => [code as number, kind as Kind]));

/** What a server proves to have read the key with (RFC 6455 §4.2.2). */
export function acceptOf(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}

/** One end of a WebSocket on an open stream: whole frames only, a client's masked (RFC 6455 §5). */
export class WebSocketPeer {
  /** `text hello`, `pong x`, in the order they came. */
  readonly received: string[] = [];
  ended = false;
  readonly #stream: Duplex;
  readonly #masks: boolean;
  readonly #onFrame: (kind: Kind, payload: Buffer) => void;
  #bytes = Buffer.alloc(0);

  constructor(stream: Duplex, masks: boolean, onFrame: (kind: Kind, payload: Buffer) => void = () => {}) {
    this.#stream = stream;
    this.#masks = masks;
    this.#onFrame = onFrame;
    stream.on('data', (data: Buffer) => this.read(data));
    stream.on('end', () => {
      this.ended = true;
    });
    stream.on('error', () => {});
  }

  send(kind: Kind, text: string | Buffer = ''): void {
    const payload = Buffer.from(text);
    const { length } = payload;
    const head = Buffer.from(length < 126 ? [length] : [126, length >> 8, length & 255]);
    head[0]! |= this.#masks ? 128 : 0;
    const mask = this.#masks ? Buffer.from([1, 2, 3, 4]) : Buffer.alloc(0);
    if (this.#masks) for (let i = 0; i < length; i++) payload[i]! ^= mask[i % 4]!;
    this.#stream.write(Buffer.concat([Buffer.from([128 | opcodes[kind]]), head, mask, payload]));
  }

  end(): void {
    this.#stream.end();
  }

  read(data: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, data]);
    for (;;) {
      const bytes = this.#bytes;
      if (bytes.length < 2) return;
      const short = bytes[1]! & 127;
      const long = short === 126;
      const masked = bytes[1]! >= 128;
      const start = 2 + (long ? 2 : 0) + (masked ? 4 : 0);
      if (bytes.length < start) return;
      const end = start + (long ? bytes.readUInt16BE(2) : short);
      if (bytes.length < end) return;
      const payload = Buffer.from(bytes.subarray(start, end));
      if (masked) for (let i = 0; i < payload.length; i++) payload[i]! ^= bytes[start - 4 + (i % 4)]!;
      this.#bytes = bytes.subarray(end);
      const kind = kinds.get(bytes[0]! & 15) ?? 'close';
      this.received.push(`${kind} ${payload}`.trim());
      this.#onFrame(kind, payload);
    }
  }
}

/** Serves a connection as a WebSocket that sends back every text and answers pings; ends it when asked to. */
export function serveEcho(socket: Socket): void {
  socket.once('data', (data) => {
    const key = /^sec-websocket-key: (.+)\r$/im.exec(data.toString('latin1'))?.[1] ?? '';
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: ${acceptOf(key)}\r\n\r\n`,
    );
    const peer = new WebSocketPeer(socket, false, (kind, payload) => {
      if (kind === 'text') peer.send('text', payload);
      else if (kind === 'ping') peer.send('pong', payload);
      else if (kind === 'close') {
        peer.send('close', payload);
        peer.end();
      }
    });
  });
}
