import type { SocketAddress } from '../../../http/stream-info.ts';
import { parseIp } from '../../network/http_connection_manager/ip-address.ts';
import type { ProxyHeader } from './header.ts';
import { isUnicast } from './unicast.ts';

const headBytes = 16;
const local = 0;
const onBehalf = 1;
/** AF_INET and AF_INET6: the bytes of an address. */
const addressBytes: Readonly<Record<number, number>> = { 1: 4, 2: 16 };
const stream = 1;
const datagram = 2;

/** Reads a header of version 2 whose first 16 bytes are there, as Envoy does (haproxy's proxy-protocol.txt §2.2). */
export function readVersion2(data: Buffer): ProxyHeader | 'more' | 'error' {
  const version = data[12]! >> 4;
  const command = data[12]! & 15;
  const family = data[13]! >> 4;
  const transport = data[13]! & 15;
  const rest = data.readUInt16BE(14);
  if (version !== 2) return 'error';
  const length = headBytes + rest;
  if (command === local) {
    return data.length < length ? 'more' : { length, addresses: undefined, extensions: undefined };
  }
  const size = addressBytes[family];
  if (size === undefined) return 'error';
  const extensionsAt = headBytes + 2 * size + 4;
  if (length < extensionsAt) return 'error';
  if (data.length < extensionsAt) return 'more';
  if (command !== onBehalf || (transport !== stream && transport !== datagram)) return 'error';
  if (data.length < length) return 'more';
  const remote = readAddress(data, headBytes, size, headBytes + 2 * size);
  const destination = readAddress(data, headBytes + size, size, headBytes + 2 * size + 2);
  if (!isUnicast(remote.address) || !isUnicast(destination.address)) return 'error';
  return {
    length,
    addresses: { remote, local: destination },
    extensions: data.subarray(extensionsAt, length),
  };
}

function readAddress(data: Buffer, at: number, size: number, portAt: number): SocketAddress {
  const bytes = data.subarray(at, at + size);
  return { address: size === 4 ? bytes.join('.') : ipv6(bytes), port: data.readUInt16BE(portAt) };
}

function ipv6(bytes: Buffer): string {
  const groups = bytes.toString('hex').match(/.{4}/g)!;
  return parseIp(groups.join(':'))!;
}
