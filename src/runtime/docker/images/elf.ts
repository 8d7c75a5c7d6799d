import { closeSync, openSync, readSync } from 'node:fs';
import { LabError } from '../../../error.ts';

/** What the loader is told by an ELF file (System V ABI, "Program Loading and Dynamic Linking"). */
export interface ElfFile {
  /** `EI_CLASS`, `EI_DATA`, `e_machine`: files that are loaded together agree in it. */
  readonly target: string;
  /** The loader; undefined: the program is static, or this is a library. */
  readonly interpreter: string | undefined;
  readonly needed: readonly string[];
  /** Where `needed` is looked for first: DT_RUNPATH, or DT_RPATH where there is none; `$ORIGIN` not resolved. */
  readonly searched: readonly string[];
}

const magic = Buffer.from([0x7f, 0x45, 0x4c, 0x46]);
const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const DT_NEEDED = 1;
const DT_STRTAB = 5;
const DT_RPATH = 15;
const DT_RUNPATH = 29;
/** More than any real table, and any name; a broken file is not to fill the memory. */
const mostBytes = 1 << 20;
const longestName = 4096;

/**
 * Reads the little of a file that says what it is loaded with, not the file.
 *
 * @returns undefined when it is no ELF file
 * @throws LabError `runtime` when it is a broken one; the system's error when it cannot be read
 */
export function readElf(path: string): ElfFile | undefined {
  const file = openSync(path, 'r');
  try {
    const start = Buffer.alloc(64);
    if (readSync(file, start, 0, 64, 0) < 52 || !start.subarray(0, 4).equals(magic)) return undefined;
    return new Reader(file, start).read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new LabError('runtime', `${path} is a broken program or library: ${error.message}`, {
      cause: error,
    });
  } finally {
    closeSync(file);
  }
}

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

class Reader {
  readonly #file: number;
  readonly #start: Buffer;
  readonly #wide: boolean;
  readonly #little: boolean;

  constructor(file: number, start: Buffer) {
    this.#file = file;
    this.#start = start;
    this.#wide = start[4] === 2;
    this.#little = start[5] === 1;
  }

  read(): ElfFile {
    const segments = this.#segments();
    const interpreter = segments.find(({ type }) => type === PT_INTERP);
    const dynamic = segments.find(({ type }) => type === PT_DYNAMIC);
    const target = `${this.#start[4]}-${this.#start[5]}-${this.#half(this.#start, 18)}`;
    return {
      target,
      interpreter: interpreter && this.#text(interpreter.offset),
      ...(dynamic === undefined ? { needed: [], searched: [] } : this.#dynamic(dynamic, segments)),
    };
  }

  #segments(): Segment[] {
    const [at, width] = this.#wide ? [54, 56] : [42, 32];
    const count = this.#half(this.#start, at + 2);
    const size = this.#half(this.#start, at);
    if (size < width) throw new RangeError('program headers too small');
    const table = this.#bytes(this.#word(this.#start, this.#wide ? 32 : 28), count * size);
    return Array.from({ length: count }, (_, index) => {
      const entry = table.subarray(index * size, (index + 1) * size);
      const fields = this.#wide ? { offset: 8, address: 16, size: 32 } : { offset: 4, address: 8, size: 16 };
      return {
        type: this.#little ? entry.readUInt32LE(0) : entry.readUInt32BE(0),
        offset: this.#word(entry, fields.offset),
        address: this.#word(entry, fields.address),
        size: this.#word(entry, fields.size),
      };
    });
  }

  #dynamic(dynamic: Segment, segments: readonly Segment[]): Pick<ElfFile, 'needed' | 'searched'> {
    const width = this.#wide ? 8 : 4;
    const table = this.#bytes(dynamic.offset, dynamic.size);
    const tags: { tag: number; value: number }[] = [];
    for (let at = 0; at + 2 * width <= table.length; at += 2 * width) {
      tags.push({ tag: this.#word(table, at), value: this.#word(table, at + width) });
      if (tags.at(-1)!.tag === 0) break;
    }
    const tagged = (wanted: number) => tags.find(({ tag }) => tag === wanted)?.value;
    const address = tagged(DT_STRTAB);
    if (address === undefined) return { needed: [], searched: [] };
    const home = segments.find(
      (segment) =>
        segment.type === PT_LOAD && address >= segment.address && address < segment.address + segment.size,
    );
    if (home === undefined) throw new RangeError('no string table');
    const strings = address - home.address + home.offset;
    const all = (wanted: number) =>
      tags.filter(({ tag }) => tag === wanted).map(({ value }) => this.#text(strings + value));
    const paths = all(DT_RUNPATH).length > 0 ? all(DT_RUNPATH) : all(DT_RPATH);
    return {
      needed: all(DT_NEEDED),
      searched: paths.flatMap((path) => path.split(':')).filter((path) => path !== ''),
    };
  }

  #bytes(offset: number, size: number): Buffer {
    if (size > mostBytes) throw new RangeError('table too large');
    const bytes = Buffer.alloc(size);
    if (readSync(this.#file, bytes, 0, size, offset) !== size) throw new RangeError('file too short');
    return bytes;
  }

  /** The string that starts there: a table of them may be as large as all a program's names together. */
  #text(offset: number): string {
    const bytes = Buffer.alloc(longestName);
    const read = bytes.subarray(0, readSync(this.#file, bytes, 0, longestName, offset));
    const end = read.indexOf(0);
    if (end === -1) throw new RangeError('string without an end');
    return read.toString('utf8', 0, end);
  }

  #half(bytes: Buffer, at: number): number {
    return this.#little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
  }

  /** An address, offset or size: some 64-bit tags are no such numbers, and nobody asks for those. */
  #word(bytes: Buffer, at: number): number {
    if (this.#wide) return Number(this.#little ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
    return this.#little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
  }
}
