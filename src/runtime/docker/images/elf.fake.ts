/** What a made-up ELF file says. */
export interface FakeElf {
  readonly wide?: boolean;
  readonly little?: boolean;
  readonly machine?: number;
  readonly interpreter?: string;
  readonly needed?: readonly string[];
  readonly runpath?: string;
  readonly rpath?: string;
}

const address = 0x400000;

/** An ELF file that no machine would run, with all that a loader reads. */
export function fakeElf(elf: FakeElf): Buffer {
  const { wide = true, little = true, machine = 62 } = elf;
  const word = wide ? 8 : 4;
  const bytes = Buffer.alloc(2048);
  const put = (value: number, at: number, width: number) => {
    if (width === 8) {
      if (little) bytes.writeBigUInt64LE(BigInt(value), at);
      else bytes.writeBigUInt64BE(BigInt(value), at);
    } else if (little) bytes.writeUIntLE(value, at, width);
    else bytes.writeUIntBE(value, at, width);
  };
  const strings = 1024;
  let free = strings + 1;
  const text = (value: string) => {
    const at = free;
    bytes.write(`${value}\0`, at);
    free += Buffer.byteLength(value) + 1;
    return at;
  };
  const tags: [number, number][] = [];
  for (const name of elf.needed ?? []) tags.push([1, text(name) - strings]);
  if (elf.rpath !== undefined) tags.push([15, text(elf.rpath) - strings]);
  if (elf.runpath !== undefined) tags.push([29, text(elf.runpath) - strings]);
  tags.push([5, address + strings], [0, 0]);
  const interpreter = elf.interpreter === undefined ? undefined : text(elf.interpreter);

  bytes.write('\x7fELF', 'latin1');
  bytes[4] = wide ? 2 : 1;
  bytes[5] = little ? 1 : 2;
  put(machine, 18, 2);
  const [programHeaders, size] = [128, wide ? 56 : 32];
  put(programHeaders, wide ? 32 : 28, word);
  put(size, wide ? 54 : 42, 2);
  const segments = [
    { type: 1, offset: 0, address, size: bytes.length },
    { type: 2, offset: 512, address: address + 512, size: tags.length * 2 * word },
    ...(interpreter === undefined
      ? []
      : [{ type: 3, offset: interpreter, address, size: elf.interpreter!.length + 1 }]),
  ];
  put(segments.length, wide ? 56 : 44, 2);
  for (const [index, segment] of segments.entries()) {
    const at = programHeaders + index * size;
    put(segment.type, at, 4);
    put(segment.offset, at + (wide ? 8 : 4), word);
    put(segment.address, at + (wide ? 16 : 8), word);
    put(segment.size, at + (wide ? 32 : 16), word);
  }
  for (const [index, [tag, value]] of tags.entries()) {
    put(tag, 512 + index * 2 * word, word);
    put(value, 512 + index * 2 * word + word, word);
  }
  return bytes;
}
