import { HpackDecoder } from '../../../src/proxy/codec/http2/hpack/decoder.ts';

const codes = ['SETTINGS', 'PING'];
const names = [
  'DATA',
  'HEADERS',
  'PRIORITY',
  'RST_STREAM',
  'SETTINGS',
  'PUSH_PROMISE',
  'PING',
  'GOAWAY',
  'WINDOW_UPDATE',
  'CONTINUATION',
];

/**
 * The frames a server sent, in a form in which two servers can be compared: a section a stream, as frames of different
 * streams may come in any order; header blocks as fields, and DATA of one stream joined, as where a body is cut is the
 * server's to choose.
 */
export class FrameView {
  /** Streams that came to an end: by END_STREAM or RST_STREAM. */
  readonly ended = new Set<number>();
  /** Streams whose first head is here, in the order they came. */
  readonly heads = new Set<number>();
  /** Bytes of DATA on all streams. */
  dataBytes = 0;
  goAways = 0;
  settingsAcks = 0;
  /** PINGs that are no answers. */
  pings = 0;
  #bytes = Buffer.alloc(0);
  readonly #sections = new Map<number, string[]>();
  readonly #bodies = new Map<number, Buffer[]>();
  readonly #hpack = new HpackDecoder();
  #block: Buffer[] = [];

  add(data: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, data]);
    for (;;) {
      if (this.#bytes.length < 9) return;
      const length = this.#bytes.readUIntBE(0, 3);
      if (this.#bytes.length < 9 + length) return;
      const [type, flags] = [this.#bytes[3]!, this.#bytes[4]!];
      const stream = this.#bytes.readUInt32BE(5);
      this.#onFrame(names[type] ?? `TYPE ${type}`, flags, stream, this.#bytes.subarray(9, 9 + length));
      this.#bytes = this.#bytes.subarray(9 + length);
    }
  }

  toString(): string {
    const sections = [...this.#sections].sort(([a], [b]) => a - b);
    const text = sections.map(([stream, lines]) => {
      this.#flushBody(stream);
      return `stream ${stream}\n${lines.join('\n')}\n`;
    });
    const rest = this.#bytes.length > 0 ? `rest ${this.#bytes.toString('latin1')}\n` : '';
    return text.join('') + rest;
  }

  #onFrame(type: string, flags: number, stream: number, payload: Buffer): void {
    const end = (flags & 1) !== 0 && !codes.includes(type) ? ' END_STREAM' : '';
    if ((end !== '' && (type === 'DATA' || type === 'HEADERS')) || type === 'RST_STREAM') {
      this.ended.add(stream);
    }
    if (type === 'DATA') {
      this.dataBytes += payload.length;
      const body = this.#bodies.get(stream) ?? [];
      this.#bodies.set(stream, [...body, payload]);
      if (end !== '') this.#say(stream, 'END_STREAM');
      else this.#section(stream);
      return;
    }
    switch (type) {
      case 'HEADERS':
      case 'CONTINUATION':
        this.#block.push(payload);
        if ((flags & 4) === 0) return;
        this.heads.add(stream);
        this.#say(stream, `HEADERS${end}${this.#fields()}`);
        return;
      case 'SETTINGS':
        if ((flags & 1) !== 0) this.settingsAcks++;
        this.#say(stream, (flags & 1) !== 0 ? 'SETTINGS ACK' : `SETTINGS${entries(payload)}`);
        return;
      case 'PING':
        if ((flags & 1) === 0) this.pings++;
        this.#say(stream, `PING${(flags & 1) !== 0 ? ' ACK' : ''} ${pingText(payload)}`);
        return;
      case 'GOAWAY': {
        this.goAways++;
        const reason = payload.toString('latin1', 8);
        this.#say(stream, `GOAWAY last=${payload.readUInt32BE(0)} code=${payload.readUInt32BE(4)} ${reason}`);
        return;
      }
      case 'RST_STREAM':
      case 'WINDOW_UPDATE':
        this.#say(stream, `${type} ${payload.readUInt32BE(0)}`);
        return;
      default:
        this.#say(stream, `${type} ${flags} ${payload.toString('hex')}`);
    }
  }

  #fields(): string {
    const block = Buffer.concat(this.#block);
    this.#block = [];
    let text = '';
    this.#hpack.decode(block, 0, block.length, {
      onField: (name, value) => {
        text += `\n${name}: ${value}`;
      },
    });
    return text;
  }

  #section(stream: number): string[] {
    const section = this.#sections.get(stream) ?? [];
    this.#sections.set(stream, section);
    return section;
  }

  #say(stream: number, line: string): void {
    this.#flushBody(stream);
    this.#section(stream).push(line);
  }

  #flushBody(stream: number): void {
    const body = Buffer.concat(this.#bodies.get(stream) ?? []);
    this.#bodies.delete(stream);
    if (body.length === 0) return;
    const shown = body.length > 200 ? `${body.toString('latin1', 0, 40)}…` : body.toString('latin1');
    this.#section(stream).push(`DATA ${body.length} ${shown}`);
  }
}

function entries(payload: Buffer): string {
  let text = '';
  for (let at = 0; at + 6 <= payload.length; at += 6)
    text += ` ${payload.readUInt16BE(at)}=${payload.readUInt32BE(at + 2)}`;
  return text;
}

/** Envoy's own pings hold the time. */
function pingText(payload: Buffer): string {
  const text = payload.toString('latin1');
  return payload.length === 8 && text.startsWith('\0\0\x01') ? '<time>' : text;
}
