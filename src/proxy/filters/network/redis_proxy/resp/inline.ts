import { RespError } from './resp-error.ts';
import { bulk, type RespValue } from './value.ts';

const CR = 0x0d;
const DOUBLE_QUOTE = 0x22;
const QUOTE = 0x27;
const BACKSLASH = 0x5c;
/** What a backslash and a letter stand for within double quotes. */
const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', a: '\x07' };

/** Ours: Envoy takes what its memory holds. */
const maxWords = 4_000_000;

type State = 'between' | 'word' | 'double' | 'escape' | 'hex' | 'single' | 'single-escape' | 'after-quote';

/**
 * A command typed as one line, `SET a "b c"`, read byte by byte as Envoy reads it: words between white space, of which LF
 * alone is some, until CR.
 */
export class InlineCommand {
  readonly words: RespValue[] = [];
  #state: State = 'between';
  readonly #word = new Word();
  /** Of `\x41` what has come. */
  #hex = '';

  /**
   * The next byte; true: it was the CR that ends the line.
   *
   * @throws RespError
   */
  take(byte: number): boolean {
    const char = String.fromCharCode(byte);
    switch (this.#state) {
      case 'between':
        if (byte === CR) return true;
        if (isSpace(byte)) return false;
        if (byte === DOUBLE_QUOTE) this.#state = 'double';
        else if (byte === QUOTE) this.#state = 'single';
        else {
          this.#word.add(char);
          this.#state = 'word';
        }
        return false;
      case 'word':
        if (byte === DOUBLE_QUOTE) throw unbalanced();
        if (!isSpace(byte)) {
          this.#word.add(char);
          return false;
        }
        this.#endWord('between');
        return byte === CR;
      case 'after-quote':
        if (!isSpace(byte)) throw unbalanced();
        this.#state = 'between';
        return byte === CR;
      default:
        this.#takeQuoted(byte, char);
        return false;
    }
  }

  #takeQuoted(byte: number, char: string): void {
    switch (this.#state) {
      case 'double':
        if (byte === CR) throw unbalanced();
        if (byte === DOUBLE_QUOTE) this.#endWord('after-quote');
        else if (byte === BACKSLASH) this.#state = 'escape';
        else this.#word.add(char);
        return;
      case 'escape':
        if (byte === CR) throw unbalanced();
        this.#state = char === 'x' ? 'hex' : 'double';
        this.#hex = '';
        this.#word.add(char === 'x' ? '' : (escapes[char] ?? char));
        return;
      case 'hex':
        if (!/[\da-f]/i.test(char)) {
          this.#word.add(`x${this.#hex}`);
          this.#state = 'double';
          this.#takeQuoted(byte, char);
          return;
        }
        this.#hex += char;
        if (this.#hex.length < 2) return;
        this.#word.add(String.fromCharCode(Number.parseInt(this.#hex, 16)));
        this.#state = 'double';
        return;
      case 'single':
        if (byte === CR) throw unbalanced();
        if (byte === QUOTE) this.#endWord('after-quote');
        else if (byte === BACKSLASH) this.#state = 'single-escape';
        else this.#word.add(char);
        return;
      default:
        this.#state = 'single';
        if (byte === QUOTE) {
          this.#word.add(char);
          return;
        }
        this.#word.add('\\');
        this.#takeQuoted(byte, char);
    }
  }

  #endWord(next: State): void {
    if (this.words.length === maxWords) throw new RespError('number of words exceeds limit');
    this.words.push(bulk(this.#word.take()));
    this.#state = next;
  }
}

/** A word as it grows: a string that grows by a character at a time holds on to every one it was. */
class Word {
  #bytes = Buffer.allocUnsafe(64);
  #length = 0;

  add(text: string): void {
    if (this.#length + text.length > this.#bytes.length) {
      this.#bytes = Buffer.concat([this.#bytes], 2 * this.#bytes.length);
    }
    this.#length += this.#bytes.write(text, this.#length, 'latin1');
  }

  /** All of it; the next begins. */
  take(): string {
    const text = this.#bytes.toString('latin1', 0, this.#length);
    this.#length = 0;
    return text;
  }
}

/** Whether a value that begins so is a line instead. */
export function beginsInline(byte: number): boolean {
  const letter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
  const digit = byte >= 0x30 && byte <= 0x39;
  return letter || digit || isSpace(byte) || byte === DOUBLE_QUOTE || byte === QUOTE;
}

/** C's `isspace`. */
function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}

function unbalanced(): RespError {
  return new RespError('unbalanced quotes in request');
}
