/** What the first bytes of a connection tell, as Envoy's TLS inspector (with BoringSSL) finds it. */
export interface ClientHello {
  /**
   * `unsupported`: TLS of a version that BoringSSL has not; `closed`: TLS of a client that takes its leave before it has
   * said anything.
   */
  readonly transport: 'tls' | 'unsupported' | 'closed' | 'raw_buffer';
  /** In small letters; empty: none. */
  readonly serverName: string;
  /** Of ALPN; undefined: none are offered. */
  readonly applicationProtocols: readonly string[] | undefined;
  /** Bytes that were read to know it. */
  readonly length: number;
}

const recordHead = 5;
/** BoringSSL takes no longer record, none that holds more, and no longer ClientHello. */
const maxRecord = 16384 + 320;
const maxPlain = 16384;
const maxMessage = 16384;
/** What it takes in a row of records that hold nothing, and of alerts that are warnings. */
const maxEmpty = 32;
const maxWarnings = 4;
const alertRecord = 0x15;
const handshakeRecord = 0x16;
const clientHello = 1;
const warning = 1;
const closeNotify = 0;
/** Those of the ClientHello's own field that BoringSSL has. */
const versions = [0x0301, 0x0302, 0x0303, 0x0304];
/** Bytes of a session's id. */
const maxSession = 32;

const plain = (length: number, transport: ClientHello['transport'] = 'raw_buffer'): ClientHello => ({
  transport,
  serverName: '',
  applicationProtocols: undefined,
  length,
});

/**
 * Reads a TLS ClientHello (RFC 8446 §4.1.2); undefined: more bytes are needed. What is malformed counts as plain text, as
 * Envoy has it.
 */
export function readClientHello(data: Buffer): ClientHello | undefined {
  const parts: Buffer[] = [];
  let have = 0;
  let end = 0;
  let empty = 0;
  let warnings = 0;
  for (let at = 0; ; ) {
    if (data.length < at + recordHead) return undefined;
    const type = data[at];
    const length = data.readUInt16BE(at + 3);
    if (data[at + 1] !== 3 || length > maxRecord) return plain(at + recordHead);
    const body = data.subarray(at + recordHead, at + recordHead + length);
    if (body.length < length) return undefined;
    at += recordHead + length;
    if (length > maxPlain) return plain(at);
    empty = length === 0 ? empty + 1 : 0;
    if (empty > maxEmpty) return plain(at);
    if (type === alertRecord && length === 2 && body[0] === warning) {
      if (body[1] === closeNotify) return plain(at, 'closed');
      if (++warnings > maxWarnings) return plain(at);
      continue;
    }
    if (type !== handshakeRecord) return plain(at);
    warnings = 0;
    if (length === 0) continue;
    parts.push(body);
    have += length;
    if (parts[0]![0] !== clientHello) return plain(at);
    if (have < 4) continue;
    if (end === 0) end = 4 + Buffer.concat(parts).readUIntBE(1, 3);
    if (end - 4 > maxMessage || have > end) return plain(at);
    if (have === end) return readHello(Buffer.concat(parts).subarray(4), at);
  }
}

function readHello(hello: Buffer, length: number): ClientHello {
  try {
    const fields = new Fields(hello);
    const version = fields.number(2);
    fields.skip(32);
    if (fields.vector(1).length > maxSession) return plain(length);
    const ciphers = fields.vector(2).length;
    if (ciphers === 0 || ciphers % 2 === 1 || fields.vector(1).length === 0) return plain(length);
    const extensions = fields.done ? fields : new Fields(fields.vector(2));
    if (!fields.done) return plain(length);
    const seen = new Set<number>();
    let serverName = '';
    let applicationProtocols: readonly string[] | undefined;
    while (!extensions.done) {
      const type = extensions.number(2);
      const body = new Fields(extensions.vector(2));
      if (seen.has(type)) return plain(length);
      seen.add(type);
      if (type === 0) serverName = readServerName(body);
      if (type === 16) applicationProtocols = readProtocols(body);
    }
    const transport = versions.includes(version) ? 'tls' : 'unsupported';
    return { transport, serverName, applicationProtocols, length };
  } catch {
    return plain(length);
  }
}

/** RFC 6066 §3. */
function readServerName(body: Fields): string {
  const list = new Fields(body.vector(2));
  if (list.number(1) !== 0) throw new RangeError('no host name');
  const name = list.vector(2);
  const alone = list.done && body.done;
  if (!alone || name.length === 0 || name.length > 255 || name.includes(0)) {
    throw new RangeError('no host name');
  }
  return name.toString('latin1').toLowerCase();
}

/** RFC 7301 §3.1; a list that is malformed is none, and is left to the handshake. */
function readProtocols(body: Fields): readonly string[] | undefined {
  try {
    const list = new Fields(body.vector(2));
    const protocols: string[] = [];
    while (!list.done) {
      const protocol = list.vector(1);
      if (protocol.length === 0) return undefined;
      protocols.push(protocol.toString('latin1'));
    }
    return protocols.length === 0 || !body.done ? undefined : protocols;
  } catch {
    return undefined;
  }
}

/** Takes TLS's presentation apart (RFC 8446 §3). Throws RangeError where it ends too early. */
class Fields {
  readonly #data: Buffer;
  #at = 0;

  constructor(data: Buffer) {
    this.#data = data;
  }

  get done(): boolean {
    return this.#at === this.#data.length;
  }

  skip(bytes: number): void {
    this.#take(bytes);
  }

  number(bytes: number): number {
    return this.#take(bytes).readUIntBE(0, bytes);
  }

  /** A vector whose length has so many bytes. */
  vector(lengthBytes: number): Buffer {
    return this.#take(this.number(lengthBytes));
  }

  #take(bytes: number): Buffer {
    const end = this.#at + bytes;
    if (end > this.#data.length) throw new RangeError('it ends too early');
    const taken = this.#data.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}
