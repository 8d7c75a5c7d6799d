import { BlockList, isIP } from 'node:net';

/** Whether Envoy counts the address as loopback: just 127.0.0.1 and ::1. */
export function isLoopback(address: string): boolean {
  return address === '127.0.0.1' || address === '::1';
}

/** The address as Envoy writes it, or undefined when the text is none. */
export function parseIp(text: string): string | undefined {
  switch (isIP(text)) {
    case 4:
      return text;
    case 6:
      return dotted(new URL(`http://[${text}]/`).hostname.slice(1, -1));
    default:
      return undefined;
  }
}

/** The last 32 bits of an address that holds one of IPv4 are written as such (inet_ntop). */
function dotted(address: string): string {
  const [, mapped = '', high, low] = /^::(ffff:)?([0-9a-f]+):([0-9a-f]+)$/.exec(address) ?? [];
  if (high === undefined || low === undefined) return address;
  const bytes = [high, low].flatMap((word) => [
    Number.parseInt(word, 16) >> 8,
    Number.parseInt(word, 16) & 255,
  ]);
  return `::${mapped}${bytes.join('.')}`;
}

/** Address ranges as CidrRange has them. */
export class CidrRanges {
  readonly #list = new BlockList();

  constructor(ranges: readonly { address_prefix: string; prefix_len?: number }[]) {
    for (const { address_prefix: address, prefix_len: length = 0 } of ranges) {
      this.#list.addSubnet(address, length, isIP(address) === 6 ? 'ipv6' : 'ipv4');
    }
  }

  includes(address: string): boolean {
    const version = isIP(address);
    return version !== 0 && this.#list.check(address, version === 6 ? 'ipv6' : 'ipv4');
  }
}
