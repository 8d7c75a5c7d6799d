const multiplier = 0xc6a4a7935bd1e995n;
/** What libstdc++'s `std::hash` begins with, and so Envoy's `MurmurHash::STD_HASH_SEED`. */
const standardSeed = 0xc70f6907n;

/**
 * The 64-bit MurmurHash2 of bytes as libstdc++'s `std::hash<std::string>` computes it, unsigned: what RING_HASH calls
 * MURMUR_HASH_2 and what the Redis proxy hashes keys with. Of a string each character is one byte (latin1).
 */
export function murmurHash2(input: Buffer | string, seed = standardSeed): bigint {
  const data = typeof input === 'string' ? Buffer.from(input, 'latin1') : input;
  const aligned = data.length & ~7;
  let hash = seed ^ wrap(BigInt(data.length) * multiplier);
  for (let at = 0; at < aligned; at += 8) {
    const mixed = wrap(shiftMix(wrap(data.readBigUInt64LE(at) * multiplier)) * multiplier);
    hash = wrap((hash ^ mixed) * multiplier);
  }
  if (aligned < data.length) {
    let rest = 0n;
    for (let at = data.length - 1; at >= aligned; at--) rest = (rest << 8n) | BigInt(data[at]!);
    hash = wrap((hash ^ rest) * multiplier);
  }
  return shiftMix(wrap(shiftMix(hash) * multiplier));
}

function shiftMix(value: bigint): bigint {
  return value ^ (value >> 47n);
}

function wrap(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}
