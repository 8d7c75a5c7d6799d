/**
 * Addresses of a lab in loopback mode. Linux answers on all of 127.0.0.0/8: a lab takes one 127.x.0.0/16, its DNS server
 * the first address, each node one of the rest. Elsewhere there is only 127.0.0.1, which all share.
 */
export interface AddressBlock {
  readonly dns: string;
  /** @param ordinal 0 for the first node; at most {@link MAX_NODES} */
  node(ordinal: number): string;
}

/** Port of the DNS server in a block; who has it open there has the block. */
export const BLOCK_DNS_PORT = 5300;
export const MAX_NODES = 0x10000 - 4;

/** Second bytes that may be taken: below are addresses that people use by hand. */
const FIRST = 64;
const COUNT = 190;

/** Blocks to try, beginning at one that depends on the lab's name, so that a lab gets the same one again. */
export function candidateBlocks(lab: string): AddressBlock[] {
  let hash = 0;
  for (const char of lab) hash = (hash * 31 + char.codePointAt(0)!) % COUNT;
  return Array.from({ length: COUNT }, (_, index) => blockAt(FIRST + ((hash + index) % COUNT)));
}

function blockAt(second: number): AddressBlock {
  return {
    dns: `127.${second}.0.1`,
    node: (ordinal) => `127.${second}.${(ordinal + 2) >> 8}.${(ordinal + 2) & 255}`,
  };
}

export const sharedAddress: AddressBlock = { dns: '127.0.0.1', node: () => '127.0.0.1' };
