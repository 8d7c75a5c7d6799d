/** What the first bytes of a connection tell, as Envoy's TLS inspector finds it. */
export interface ClientHello {
  readonly transport: 'tls' | 'raw_buffer';
  readonly serverName: string | undefined;
  readonly applicationProtocols: readonly string[];
}

const plain: ClientHello = { transport: 'raw_buffer', serverName: undefined, applicationProtocols: [] };

/** Reads a TLS ClientHello (RFC 8446 §4.1.2); undefined: more bytes are needed. */
export function readClientHello(data: Buffer): ClientHello | undefined {
  if (data.length === 0) return undefined;
  if (data[0] !== 0x16) return plain;
  const handshake = handshakeBytes(data);
  if (handshake === 'none') return plain;
  if (handshake === undefined || handshake.length < 4) return undefined;
  if (handshake[0] !== 1) return plain;
  const length = handshake.readUIntBE(1, 3);
  if (handshake.length < 4 + length) return undefined;
  try {
    return readExtensions(handshake.subarray(4, 4 + length));
  } catch {
    return { transport: 'tls', serverName: undefined, applicationProtocols: [] };
  }
}

/** The content of the handshake records. */
function handshakeBytes(data: Buffer): Buffer | 'none' | undefined {
  const parts: Buffer[] = [];
  let at = 0;
  while (at + 5 <= data.length && data[at] === 0x16) {
    if (data[at + 1] !== 3) return 'none';
    const length = data.readUInt16BE(at + 3);
    parts.push(data.subarray(at + 5, at + 5 + length));
    at += 5 + length;
  }
  return parts.length === 0 ? undefined : Buffer.concat(parts);
}

function readExtensions(hello: Buffer): ClientHello {
  let at = 34;
  at += 1 + hello.readUInt8(at);
  at += 2 + hello.readUInt16BE(at);
  at += 1 + hello.readUInt8(at);
  let serverName: string | undefined;
  const applicationProtocols: string[] = [];
  const end = at + 2 <= hello.length ? at + 2 + hello.readUInt16BE(at) : at;
  at += 2;
  while (at + 4 <= end) {
    const type = hello.readUInt16BE(at);
    const length = hello.readUInt16BE(at + 2);
    const body = hello.subarray(at + 4, at + 4 + length);
    if (type === 0 && body.length > 5)
      serverName = body.toString('latin1', 5, 5 + body.readUInt16BE(3)).toLowerCase();
    if (type === 16) {
      for (let i = 2; i < body.length; i += 1 + body[i]!) {
        applicationProtocols.push(body.toString('latin1', i + 1, i + 1 + body[i]!));
      }
    }
    at += 4 + length;
  }
  return { transport: 'tls', serverName, applicationProtocols };
}
