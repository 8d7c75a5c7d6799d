import { isIP } from 'node:net';
import { trimAscii } from '../../../http/ascii.ts';
import type { SocketAddress } from '../../../http/stream-info.ts';
import { parseIp } from '../../network/http_connection_manager/ip-address.ts';
import { isUnicast } from './unicast.ts';
import { readVersion2 } from './version2.ts';

/** A PROXY header that is whole (haproxy's proxy-protocol.txt). */
export interface ProxyHeader {
  /** Bytes of it all. */
  readonly length: number;
  /** Undefined: the connection is what it looks like (`UNKNOWN`, `LOCAL`). */
  readonly addresses: { readonly remote: SocketAddress; readonly local: SocketAddress } | undefined;
  /** The TLVs of version 2, not taken apart. */
  readonly extensions: Buffer | undefined;
}

/** `none`: no version is to be seen. */
export type ProxyVersion = 'v1' | 'v2' | 'none';

/** What the first bytes are. */
export interface ProxyHeaderResult {
  readonly version: ProxyVersion;
  readonly header: ProxyHeader | 'more' | 'error';
}

export const signatures = {
  v1: Buffer.from('PROXY '),
  v2: Buffer.from('\r\n\r\n\0\r\nQUIT\n'),
};

/** Envoy waits for no longer line, its end included. */
const maxLine = 108;
/** Enough to tell the versions apart. */
const version2Head = 16;

/** Reads a PROXY header from the first bytes of a connection, as Envoy's filter does. */
export function readProxyHeader(data: Buffer): ProxyHeaderResult {
  if (data.length >= version2Head) {
    if (startsWith(data, signatures.v2)) return { version: 'v2', header: readVersion2(data) };
    if (!startsWith(data, signatures.v1)) return { version: 'none', header: 'error' };
  }
  const newline = data.indexOf('\r\n', 0, 'latin1');
  // The first bytes of version 2 are an empty line.
  if (newline < 0 || newline === 0) {
    return { version: 'none', header: data.length > maxLine ? 'error' : 'more' };
  }
  const length = newline + 2;
  return { version: 'v1', header: length > maxLine ? 'error' : readLine(data, length) };
}

/** As far as the bytes go. */
export function startsWith(data: Buffer, signature: Buffer): boolean {
  const length = Math.min(data.length, signature.length);
  return data.compare(signature, 0, length, 0, length) === 0;
}

/** `PROXY TCP4 192.0.2.1 198.51.100.1 1234 80`, its words apart by one space each. */
function readLine(data: Buffer, length: number): ProxyHeader | 'error' {
  const [keyword, family, ...rest] = trimAscii(data.toString('latin1', 0, length)).split(' ');
  if (keyword !== 'PROXY' || family === undefined) return 'error';
  if (family === 'UNKNOWN') return { length, addresses: undefined, extensions: undefined };
  if (rest.length !== 4 || (family !== 'TCP4' && family !== 'TCP6')) return 'error';
  const version = family === 'TCP4' ? 4 : 6;
  const remote = readAddress(beforeNul(rest[0]!), rest[2]!, version);
  const local = readAddress(beforeNul(rest[1]!), rest[3]!, version);
  if (remote === undefined || local === undefined) return 'error';
  return { length, addresses: { remote, local }, extensions: undefined };
}

/** Envoy hands an address on as a string of C. */
function beforeNul(text: string): string {
  return text.split('\0', 1)[0]!;
}

function readAddress(text: string, portText: string, version: 4 | 6): SocketAddress | undefined {
  const port = /^\+?\d+$/.test(portText) ? Number(portText) : Number.NaN;
  if (isIP(text) !== version || text.includes('%') || !(port <= 65535)) return undefined;
  const address = parseIp(text)!;
  return isUnicast(address) ? { address, port } : undefined;
}
