/** Bodies up to this are copied behind their head or chunk line: cheaper than handing over several pieces. */
const copyLimit = 16 * 1024;
/** Messages up to this come out of Node's pool; above it every one would be memory of its own. */
const poolLimit = 2048;
/** Where longer ones are put together, one after the other. */
let scratch = Buffer.allocUnsafeSlow(copyLimit + 2048);

/** Where a connection's bytes go. */
export interface ByteSink {
  /** `more`: another write follows at once. True when the memory is the caller's again. */
  write(data: Buffer, more?: boolean): boolean;
}

/**
 * Puts a connection's messages on the wire in as few writes as it can: a head waits, until the end of the tick at
 * most, for the first bytes of its body.
 */
export class MessageWriter {
  readonly #sink: ByteSink;
  #head = '';
  #scheduled = false;
  #kept = false;

  constructor(sink: ByteSink) {
    this.#sink = sink;
  }

  /** A whole head. `last`: nothing follows it. */
  head(text: string, last: boolean): void {
    if (this.#head !== '') text = this.#head + text;
    if (last) {
      this.#head = '';
      this.#send(text);
      return;
    }
    this.#head = text;
    if (!this.#scheduled) {
      this.#scheduled = true;
      process.nextTick(flushLater, this);
    }
  }

  /** Body bytes, as one chunk when `chunked`. `last`: the body ends with them. */
  body(data: Buffer, chunked: boolean, last: boolean): void {
    let before = this.#head;
    this.#head = '';
    const { length } = data;
    let after = '';
    if (chunked) {
      if (length > 0) before += `${length.toString(16)}\r\n`;
      after = last ? (length > 0 ? '\r\n0\r\n\r\n' : '0\r\n\r\n') : length > 0 ? '\r\n' : '';
    }
    if (length === 0) {
      if (before !== '' || after !== '') this.#send(before + after);
      return;
    }
    if (before === '' && after === '') {
      this.#sink.write(data);
    } else if (length <= copyLimit) {
      this.#join(before, data, after);
    } else {
      if (before !== '') this.#send(before, true);
      this.#sink.write(data, after !== '');
      if (after !== '') this.#send(after);
    }
  }

  /** Sends all three as one piece. */
  #join(before: string, data: Buffer, after: string): void {
    const at = before.length;
    const end = at + data.length;
    const total = end + after.length;
    const lent = total > poolLimit && total <= scratch.length && !this.#kept;
    const out = lent ? scratch.subarray(0, total) : Buffer.allocUnsafe(total);
    out.write(before, 0, 'latin1');
    out.set(data, at);
    if (after !== '') out.write(after, end, 'latin1');
    if (this.#sink.write(out) || !lent) return;
    // A sink that keeps what it gets (TLS does) gets memory of its own from now on.
    this.#kept = true;
    scratch = Buffer.allocUnsafeSlow(scratch.length);
  }

  /** The last chunk and its trailer fields, each line with its end. */
  trailers(fields: string): void {
    const before = this.#head;
    this.#head = '';
    this.#send(`${before}0\r\n${fields}\r\n`);
  }

  /** Sends a head that still waits. */
  flush(): void {
    const text = this.#head;
    if (text === '') return;
    this.#head = '';
    this.#send(text);
  }

  /** Forgets a head that still waits: the transport is gone. */
  drop(): void {
    this.#head = '';
  }

  /** As bytes: a socket takes longer over a string (measured: 5 % of a whole exchange). */
  #send(text: string, more = false): void {
    this.#sink.write(Buffer.from(text, 'latin1'), more);
  }

  flushScheduled(): void {
    this.#scheduled = false;
    this.flush();
  }
}

function flushLater(writer: MessageWriter): void {
  writer.flushScheduled();
}
