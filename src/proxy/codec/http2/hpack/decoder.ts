import { BlockMemo, FieldRecorder } from './block-memo.ts';
import { DynamicTable } from './dynamic-table.ts';
import { HpackError } from './hpack-error.ts';
import { decodeHuffman } from './huffman-decoder.ts';
import { defaultTableSize, staticLength, staticNames, staticValues } from './static-table.ts';

export { HpackError };

/** Takes a header block's fields one by one, in order; latin1 strings as the peer wrote them, unchecked. */
export interface FieldSink {
  onField(name: string, value: string): void;
}

/**
 * The longest string, as it is encoded (bytes): nghttp2 refuses longer ones, and so nobody can make us hold more of a
 * field that has not come whole.
 */
const longestString = 65_536;

/** What there is ends in the middle of something. */
class Truncated extends HpackError {}

const updateMissing = 'a header block without the table size update that our SETTINGS ask for';

/** Decodes the header blocks of one connection, in the order they came (RFC 7541). */
export class HpackDecoder {
  readonly #table = new DynamicTable();
  readonly #memo = new BlockMemo();
  readonly #announced: number;
  /** What a peer may raise the table to. */
  #most: number;
  /** The peer's next block must begin with a table size update. */
  #updateDue = false;
  /** Where the next byte is read, and where the block ends. */
  #at = 0;
  #end = 0;
  /** Where what is read at present began: a field or a table size update. */
  #begun = 0;
  /** A block has come in part. */
  #inside = false;
  /** No field of it has come yet. */
  #untouched = true;

  /** `maxTableSize` is what our SETTINGS_HEADER_TABLE_SIZE says (bytes). */
  constructor(maxTableSize: number = defaultTableSize) {
    this.#announced = maxTableSize;
    // Until it has read our SETTINGS, the peer goes by the default.
    this.#most = Math.max(maxTableSize, defaultTableSize);
  }

  /**
   * The peer has acknowledged our SETTINGS: its table may be no larger than they say, and if it was it must say so at
   * the start of its next block (RFC 7541 §4.2).
   */
  settingsAcknowledged(): void {
    this.#most = this.#announced;
    if (this.#table.limit <= this.#most) return;
    this.#table.resize(this.#most);
    this.#updateDue = true;
  }

  /**
   * Decodes one whole header block, `data[start, end)`, or what is left of one after {@link decodeSome}.
   * @throws HpackError when it breaks RFC 7541; the connection cannot go on.
   */
  decode(data: Buffer, start: number, end: number, sink: FieldSink): void {
    if (this.#inside) {
      this.#inside = false;
      this.#rest(data, start, end, sink);
      return;
    }
    const memo = this.#memo;
    const { version } = this.#table;
    if (!this.#updateDue && memo.replay(data, start, end, version, sink)) return;
    this.#at = start;
    this.#end = end;
    this.#sizeUpdates(data);
    // A block with a size update in it does more than giving fields.
    if (this.#at > start || !memo.wants(end - start, version)) {
      this.#fields(data, sink);
      return;
    }
    const fields = new FieldRecorder(sink);
    this.#fields(data, fields);
    if (this.#table.version === version) memo.keep(data, start, end, version, fields);
  }

  /**
   * Decodes the fields that are whole of a block that goes on in a CONTINUATION frame. Returns where the first one
   * begins that is not: from there on the bytes are to be given again, with those that follow them. That is never
   * more than two of the longest strings.
   * @throws HpackError as `decode` does.
   */
  decodeSome(data: Buffer, start: number, end: number, sink: FieldSink): number {
    if (!this.#inside) this.#untouched = true;
    this.#inside = true;
    this.#begun = start;
    try {
      this.#rest(data, start, end, sink);
    } catch (error) {
      if (error instanceof Truncated) return this.#begun;
      throw error;
    }
    return end;
  }

  #rest(data: Buffer, start: number, end: number, sink: FieldSink): void {
    this.#at = start;
    this.#end = end;
    if (this.#untouched) this.#sizeUpdates(data);
    if (this.#at < end) this.#untouched = false;
    this.#fields(data, sink);
  }

  #fields(data: Buffer, sink: FieldSink): void {
    while (this.#at < this.#end) {
      this.#begun = this.#at;
      const first = data[this.#at]!;
      if (first >= 0x80) {
        const index = this.#integer(data, 0x7f);
        sink.onField(this.#name(index), this.#value(index));
      } else if (first >= 0x40) {
        const index = this.#integer(data, 0x3f);
        const name = index === 0 ? this.#string(data) : this.#name(index);
        const value = this.#string(data);
        this.#table.add(name, value);
        sink.onField(name, value);
      } else if (first >= 0x20) {
        throw new HpackError("a table size update that is not at its block's start");
      } else {
        const index = this.#integer(data, 0x0f);
        const name = index === 0 ? this.#string(data) : this.#name(index);
        sink.onField(name, this.#string(data));
      }
    }
  }

  /** Table size updates stand before all fields (RFC 7541 §4.2). */
  #sizeUpdates(data: Buffer): void {
    if (this.#updateDue) {
      if (this.#at >= this.#end) throw new Truncated(updateMissing);
      if ((data[this.#at]! & 0xe0) !== 0x20) throw new HpackError(updateMissing);
    }
    while (this.#at < this.#end && (data[this.#at]! & 0xe0) === 0x20) {
      this.#begun = this.#at;
      const size = this.#integer(data, 0x1f);
      this.#updateDue = false;
      if (size > this.#most) throw new HpackError(`a table size of ${size}, above the ${this.#most} allowed`);
      this.#table.resize(size);
    }
  }

  #name(index: number): string {
    if (index <= staticLength && index > 0) return staticNames[index]!;
    return this.#table.name(this.#dynamic(index));
  }

  #value(index: number): string {
    if (index <= staticLength && index > 0) return staticValues[index]!;
    return this.#table.value(this.#dynamic(index));
  }

  #dynamic(index: number): number {
    const at = index - staticLength - 1;
    if (index === 0 || at >= this.#table.length) throw new HpackError(`index ${index}, which no table has`);
    return at;
  }

  /** An integer whose first bits are those of `mask` in the next byte (RFC 7541 §5.1). */
  #integer(data: Buffer, mask: number): number {
    if (this.#at >= this.#end) throw new Truncated('a header block ends in the middle of a field');
    let value = data[this.#at++]! & mask;
    if (value < mask) return value;
    let scale = 1;
    for (;;) {
      if (this.#at >= this.#end) throw new Truncated('a header block ends in the middle of an integer');
      const byte = data[this.#at++]!;
      value += (byte & 0x7f) * scale;
      if (value > 0xffffffff) throw new HpackError('an integer of more than 32 bits');
      if (byte < 0x80) return value;
      scale *= 128;
      if (scale > 0x10000000) throw new HpackError('an integer of more than 32 bits');
    }
  }

  #string(data: Buffer): string {
    const huffman = data[this.#at]! >= 0x80;
    const length = this.#integer(data, 0x7f);
    if (length > longestString) throw new HpackError(`a string of ${length} bytes`);
    const start = this.#at;
    const end = start + length;
    if (end > this.#end) throw new Truncated('a header block ends in the middle of a string');
    this.#at = end;
    return huffman ? decodeHuffman(data, start, end) : data.toString('latin1', start, end);
  }
}
