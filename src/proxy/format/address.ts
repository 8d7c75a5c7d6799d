import type { SocketAddress } from '../http/stream-info.ts';

/** `127.0.0.1:80`, `[::1]:80`; a pipe is its path. */
export function addressText({ address, port }: SocketAddress): string {
  if (address.startsWith('/') || address.startsWith('@')) return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** Whether the address has a port: pipes have none. */
export function hasPort({ address }: SocketAddress): boolean {
  return !address.startsWith('/') && !address.startsWith('@');
}

/** The eight groups of an IPv6 address, or the four bytes of an IPv4 one. */
function groups(address: string): { values: number[]; bits: number } {
  if (!address.includes(':')) return { values: address.split('.').map(Number), bits: 8 };
  let text = address;
  const dotted = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text);
  if (dotted) {
    const [a, b, c, d] = dotted.slice(1).map(Number) as [number, number, number, number];
    text = `${text.slice(0, dotted.index)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  }
  const [head = '', tail] = text.split('::');
  const parse = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  const left = parse(head);
  const right = tail === undefined ? [] : parse(tail);
  const gap = new Array<number>(tail === undefined ? 0 : 8 - left.length - right.length).fill(0);
  return { values: [...left, ...gap, ...right], bits: 16 };
}

/** IPv6 groups in RFC 5952's shortest form. */
function ipv6Text(values: readonly number[]): string {
  let start = -1;
  let length = 1;
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && values[end] === 0) end++;
    if (end - i > length) {
      start = i;
      length = end - i;
    }
  }
  const hex = values.map((value) => value.toString(16));
  if (start < 0) return hex.join(':');
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`;
}

/** The network of `length` bits the address is in, as CIDR: `10.1.0.0/16`; at most all its bits. */
export function maskAddress(address: string, length: number): string {
  const { values, bits } = groups(address);
  const prefix = Math.min(length, values.length * bits);
  const masked = values.map((value, i) => {
    const kept = Math.max(0, Math.min(bits, prefix - i * bits));
    return value & (((1 << kept) - 1) << (bits - kept));
  });
  return `${bits === 16 ? ipv6Text(masked) : masked.join('.')}/${prefix}`;
}
