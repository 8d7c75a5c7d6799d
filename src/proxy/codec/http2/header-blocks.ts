import { ConnectionFailure, protocolError, tooManyContinuations } from './errors.ts';
import { ErrorCode } from './frame.ts';
import { HpackDecoder, HpackError } from './hpack/decoder.ts';
import type { Http2Stream } from './http2-stream.ts';
import type { MessageFields } from './message-fields.ts';

/** What a header block belongs to. */
export interface BlockOwner<S extends Http2Stream> {
  readonly streamId: number;
  /** Undefined: it may not be opened; the block is read all the same, for the sake of the table. */
  readonly stream: S | undefined;
  readonly trailers: boolean;
  readonly endStream: boolean;
}

/**
 * The header blocks of a connection, one after the other (RFC 9113 §4.3). One that goes on in CONTINUATION frames is read as
 * they come: what is kept of it is at most a field that is not complete yet.
 */
export class HeaderBlocks<S extends Http2Stream, F extends MessageFields> {
  /** Of the present block, or of the last one. */
  readonly fields: F;
  readonly #most: number;
  readonly #decoder: HpackDecoder;
  #owner: BlockOwner<S> | undefined;
  /** The beginning of a field whose end has not come. */
  #rest: Buffer = nothing;
  #continuations = 0;

  /** `tableSize`: of the decoder, bytes. `most`: CONTINUATION frames behind HEADERS. */
  constructor(fields: F, tableSize: number, most: number) {
    this.#decoder = new HpackDecoder(tableSize);
    this.fields = fields;
    this.#most = most;
  }

  /** Whose block goes on with the next frame; undefined: none does. */
  get open(): BlockOwner<S> | undefined {
    return this.#owner;
  }

  /** Reads a block that is complete. @throws ConnectionFailure when it breaks RFC 7541 */
  read(trailers: boolean, data: Buffer, start: number, end: number): void {
    this.fields.begin(trailers);
    this.#decode(data, start, end, true);
    this.fields.end();
  }

  /** A block begins that does not end with its frame. @throws ConnectionFailure as `read` does */
  begin(owner: BlockOwner<S>, data: Buffer, start: number, end: number): void {
    this.#owner = owner;
    this.#continuations = 0;
    this.fields.begin(owner.trailers);
    this.#rest = this.#decode(data, start, end, false);
  }

  /**
   * The open block goes on; `last`: it ends. Returns whose it is.
   * @throws ConnectionFailure when there is none, when there are too many frames of it, and as `read` does
   */
  goOn(data: Buffer, start: number, end: number, last: boolean): BlockOwner<S> {
    const owner = this.#owner;
    if (owner === undefined) throw protocolError('CONTINUATION: unexpected');
    if (++this.#continuations > this.#most) throw ConnectionFailure.silent(tooManyContinuations);
    const rest = this.#rest;
    const block = rest.length > 0 ? Buffer.concat([rest, data.subarray(start, end)]) : data;
    const [from, to] = rest.length > 0 ? [0, block.length] : [start, end];
    this.#rest = this.#decode(block, from, to, last);
    if (last) {
      this.#owner = undefined;
      this.fields.end();
    }
    return owner;
  }

  /** The peer has acknowledged our SETTINGS. */
  settingsAcknowledged(): void {
    this.#decoder.settingsAcknowledged();
  }

  /** What is left of it, in memory of its own. */
  #decode(data: Buffer, start: number, end: number, last: boolean): Buffer {
    try {
      if (!last) {
        const at = this.#decoder.decodeSome(data, start, end, this.fields);
        return at < end ? Buffer.from(data.subarray(at, end)) : nothing;
      }
      this.#decoder.decode(data, start, end, this.fields);
      return nothing;
    } catch (error) {
      if (!(error instanceof HpackError)) throw error;
      throw ConnectionFailure.announced(ErrorCode.compressionError);
    }
  }
}

const nothing = Buffer.alloc(0);
