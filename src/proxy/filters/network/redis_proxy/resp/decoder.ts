import { beginsInline, InlineCommand } from './inline.ts';
import { DecimalReader } from './length.ts';
import { RespError } from './resp-error.ts';
import type { RespValue } from './value.ts';

const CR = 0x0d;
const LF = 0x0a;
/** Envoy's limits: elements of an array, arrays within arrays, bytes of a string. */
const maxItems = 2_000_000;
const maxDepth = 128;
const maxBulkBytes = 512 * 1024 * 1024;
/**
 * Ours, of one value with all in it: its bytes, as V8 has no string much longer than this twice over, and how many values it
 * is made of. Envoy takes what its memory holds.
 */
const maxValueBytes = 256 * 1024 * 1024;
const maxValues = 2 * maxItems;

/** By their first byte: values with a length and bytes, values of one line, values of values. */
const bulkTypes: Readonly<Record<string, 'bulk' | 'bulk-error' | 'verbatim'>> = {
  $: 'bulk',
  '!': 'bulk-error',
  '=': 'verbatim',
};
const lineTypes: Readonly<Record<string, { type: LineType; valid?: RegExp }>> = {
  '+': { type: 'simple' },
  '-': { type: 'error' },
  '#': { type: 'boolean', valid: /^[tf]$/ },
  ',': {
    type: 'double',
    valid: /^[+-]?(\d+\.?\d*(e[+-]?\d+)?|\.\d+(e[+-]?\d+)?|0x[\da-f]+|inf(inity)?|nan)$/i,
  },
  '(': { type: 'big', valid: /^[+-]?\d+$/ },
  _: { type: 'null', valid: /^$/ },
};
const containerTypes: Readonly<Record<string, ContainerType>> = {
  '*': 'array',
  '%': 'map',
  '~': 'set',
  '>': 'push',
  '|': 'attribute',
};

type LineType = 'simple' | 'error' | 'boolean' | 'double' | 'big' | 'null';
type ContainerType = 'array' | 'map' | 'set' | 'push' | 'attribute';

interface Container {
  readonly type: ContainerType;
  readonly size: number;
  readonly items: RespValue[];
}

type State =
  | 'root'
  | 'value'
  | 'inline'
  | 'inline-lf'
  | 'number'
  | 'number-lf'
  | 'body'
  | 'body-cr'
  | 'body-lf'
  | 'line'
  | 'line-lf';

/** Reads values out of bytes that come in any pieces. */
export class RespDecoder {
  readonly #onValue: (value: RespValue) => void;
  #state: State = 'root';
  readonly #stack: Container[] = [];
  readonly #number = new DecimalReader();
  #marker = '';
  #inline = new InlineCommand();
  /** Of a bulk or a line what has come. */
  #text = '';
  #missing = 0;
  /** Of the value that is being read: bytes in earlier pieces, and values that are whole. */
  #bytes = 0;
  #values = 0;

  constructor(onValue: (value: RespValue) => void) {
    this.#onValue = onValue;
  }

  /**
   * Calls back for each value that is whole.
   *
   * @throws RespError at the first byte that cannot be; the values before it were called back
   */
  decode(data: Buffer): void {
    let at = 0;
    while (at < data.length) {
      if (this.#state === 'body') at = this.#takeBody(data, at);
      else if (this.#state === 'line') at = this.#takeLine(data, at);
      else this.#take(data[at++]!);
    }
    if (this.#state === 'root') return;
    this.#bytes += data.length;
    if (this.#bytes > maxValueBytes) throw new RespError('value exceeds limit');
  }

  #take(byte: number): void {
    switch (this.#state) {
      case 'root':
        if (beginsInline(byte)) {
          this.#inline = new InlineCommand();
          this.#state = this.#inline.take(byte) ? 'inline-lf' : 'inline';
          return;
        }
        this.#begin(byte);
        return;
      case 'value':
        this.#begin(byte);
        return;
      case 'inline':
        if (this.#inline.take(byte)) this.#state = 'inline-lf';
        return;
      case 'inline-lf':
        expect(byte, LF);
        this.#complete({ type: 'array', items: this.#inline.words });
        return;
      case 'number':
        if (byte === CR) this.#state = 'number-lf';
        else this.#number.take(byte);
        return;
      case 'number-lf':
        expect(byte, LF);
        this.#endNumber();
        return;
      case 'body-cr':
        expect(byte, CR);
        this.#state = 'body-lf';
        return;
      case 'body-lf':
        expect(byte, LF);
        this.#endBody();
        return;
      default:
        expect(byte, LF);
        this.#endLine();
    }
  }

  #begin(byte: number): void {
    this.#marker = String.fromCharCode(byte);
    this.#text = '';
    if (this.#marker in lineTypes) {
      this.#state = 'line';
      return;
    }
    if (!(this.#marker in bulkTypes || this.#marker in containerTypes || this.#marker === ':')) {
      throw new RespError('invalid value type');
    }
    this.#number.reset();
    this.#state = 'number';
  }

  #endNumber(): void {
    const marker = this.#marker;
    if (marker === ':') {
      this.#complete({ type: 'integer', value: this.#number.integer() });
      return;
    }
    const container = containerTypes[marker];
    const length = this.#number.length(container === undefined ? maxBulkBytes : maxItems);
    if (length < 0) {
      if (marker !== '*' && marker !== '$') throw new RespError('negative length');
      this.#complete({ type: 'null' });
    } else if (container === undefined) {
      this.#missing = length;
      this.#state = length === 0 ? 'body-cr' : 'body';
    } else {
      this.#open(container, length);
    }
  }

  #open(type: ContainerType, length: number): void {
    const size = type === 'map' || type === 'attribute' ? 2 * length : length;
    if (size > maxItems) throw new RespError('array size exceeds limit');
    if (this.#stack.length + 1 > maxDepth) throw new RespError('array nesting depth exceeds limit');
    this.#stack.push({ type, size, items: [] });
    this.#closeFull();
  }

  #takeBody(data: Buffer, at: number): number {
    const end = Math.min(data.length, at + this.#missing);
    this.#text += data.toString('latin1', at, end);
    this.#missing -= end - at;
    if (this.#missing === 0) this.#state = 'body-cr';
    return end;
  }

  #takeLine(data: Buffer, at: number): number {
    const cr = data.indexOf(CR, at);
    this.#text += data.toString('latin1', at, cr < 0 ? data.length : cr);
    if (this.#marker === '#' && this.#text !== '' && !lineTypes['#']!.valid!.test(this.#text))
      throw new RespError('invalid boolean');
    if (cr < 0) return data.length;
    this.#state = 'line-lf';
    return cr + 1;
  }

  #endBody(): void {
    const type = bulkTypes[this.#marker]!;
    // `txt:` and the like come before the text.
    if (type === 'verbatim' && this.#text[3] !== ':') throw new RespError('invalid verbatim string');
    this.#complete({ type, text: this.#text });
  }

  #endLine(): void {
    const { type, valid } = lineTypes[this.#marker]!;
    const text = this.#text;
    if (valid?.test(text) === false) throw new RespError(`invalid ${type}`);
    this.#complete(type === 'null' ? { type } : { type, text });
  }

  #complete(value: RespValue): void {
    const parent = this.#stack.at(-1);
    if (parent === undefined) {
      this.#state = 'root';
      this.#bytes = 0;
      this.#values = 0;
      this.#onValue(value);
      return;
    }
    if (++this.#values > maxValues) throw new RespError('number of values exceeds limit');
    parent.items.push(value);
    this.#closeFull();
  }

  /** The innermost container, and those it was the last of, when they have all. */
  #closeFull(): void {
    const { type, size, items } = this.#stack.at(-1)!;
    if (items.length < size) {
      this.#state = 'value';
      return;
    }
    this.#stack.pop();
    // Attributes say something of the value that follows, which takes their place.
    if (type === 'attribute') this.#state = 'value';
    else this.#complete({ type, items });
  }
}

function expect(byte: number, wanted: number): void {
  if (byte !== wanted) throw new RespError(wanted === CR ? 'expected carriage return' : 'expected new line');
}
