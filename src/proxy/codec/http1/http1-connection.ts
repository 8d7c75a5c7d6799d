import { ProtocolError } from '../codec.ts';
import type { BlockCollector } from './block-collector.ts';
import { MessageParser, type MessageSink } from './message-parser.ts';
import type { ByteSink } from './message-writer.ts';

/** What both sides of HTTP/1 ask of the owner of their connection. */
export interface ConnectionOwner extends ByteSink {
  setReadEnabled(enabled: boolean): void;
}

/**
 * The reading half both sides share: bytes in, in any pieces; one message at a time out of them; what may not be
 * read yet is held, and read on from without the owner's help.
 */
export abstract class Http1Connection implements MessageSink {
  protected readonly parser: MessageParser;
  /** The connection takes part in nothing any more. */
  protected closed = false;
  readonly #owner: ConnectionOwner;
  #held: Buffer | undefined;
  #dispatching = false;
  #disabled = 0;
  #reading = true;
  #resuming = false;
  #body: Buffer | undefined;
  #bodyMore: Buffer[] | undefined;

  protected constructor(owner: ConnectionOwner, maxHeadersBytes: number) {
    this.#owner = owner;
    this.parser = new MessageParser(this, maxHeadersBytes);
  }

  abstract onMessageBegin(first: number): void;
  abstract onFirstLine(data: Buffer, start: number, end: number): boolean;
  abstract knownFields(data: Buffer, at: number, end: number): number;
  abstract onHead(head: BlockCollector): number;
  abstract onTrailers(data: Buffer, start: number, end: number): void;
  abstract onMessageComplete(): void;
  /** Body bytes of one dispatch, in one piece. */
  protected abstract deliverBody(data: Buffer, endStream: boolean): void;
  /** Parsing stopped, at the end of the bytes or of a message; `more`: bytes are left. */
  protected abstract settle(more: boolean): void;
  /** The present message must be answered before the next is read. */
  protected abstract mustWait(): boolean;
  /** The bytes broke the protocol; `closed` is set already. */
  protected abstract fail(error: ProtocolError): void;

  dispatch(data: Buffer): void {
    if (this.closed || data.length === 0) return;
    if (this.#held !== undefined || this.#dispatching || this.#disabled > 0 || this.mustWait()) {
      this.#hold(data);
    } else {
      this.#run(data);
    }
  }

  onBody(data: Buffer): void {
    if (this.#body === undefined) this.#body = data;
    else if (this.#bodyMore === undefined) this.#bodyMore = [this.#body, data];
    else this.#bodyMore.push(data);
  }

  /** Takes the body bytes collected since the last delivery; undefined when there are none. */
  protected takeBody(): Buffer | undefined {
    const body = this.#bodyMore === undefined ? this.#body : Buffer.concat(this.#bodyMore);
    this.#body = undefined;
    this.#bodyMore = undefined;
    return body;
  }

  protected readDisable(disable: boolean): void {
    this.#disabled += disable ? 1 : -1;
    this.#updateReading();
    if (this.#disabled === 0) this.resume();
  }

  /** Drops all read-disables of a stream that is over. */
  protected releaseReads(count: number): void {
    if (count === 0) return;
    this.#disabled -= count;
    this.#updateReading();
  }

  /** Reads on what is held, once the caller's stack is done: the owner is in the middle of its own work. */
  protected resume(): void {
    if (this.#held === undefined || this.#dispatching || this.#resuming) return;
    this.#resuming = true;
    process.nextTick(resumeLater, this);
  }

  /**
   * Reads on what is held for the next message once the sockets were looked at anew: an upstream that closes with
   * its answer has its FIN seen before its connection is taken for the next request, as Envoy's event loop has it.
   */
  protected resumeNextMessage(): void {
    if (this.#held === undefined || this.#dispatching || this.#resuming) return;
    this.#resuming = true;
    // The first ends the present turn of the event loop, the second follows the next one's polling.
    setImmediate(() => setImmediate(resumeLater, this));
  }

  resumeScheduled(): void {
    this.#resuming = false;
    if (this.closed || this.#held === undefined || this.#disabled > 0 || this.mustWait()) return;
    const data = this.#held;
    this.#held = undefined;
    this.#run(data);
    this.#updateReading();
  }

  #hold(data: Buffer): void {
    this.#held = this.#held === undefined ? data : Buffer.concat([this.#held, data]);
    this.#updateReading();
  }

  #updateReading(): void {
    const wanted = this.#disabled === 0 && this.#held === undefined;
    if (wanted === this.#reading || this.closed) return;
    this.#reading = wanted;
    this.#owner.setReadEnabled(wanted);
  }

  /** Whether bytes of the peer are being looked at. */
  protected get dispatching(): boolean {
    return this.#dispatching;
  }

  /** Bytes of the peer are about to be looked at. */
  protected onDispatch(): void {}

  #run(data: Buffer): void {
    this.#dispatching = true;
    this.onDispatch();
    try {
      let at = 0;
      for (;;) {
        at = this.parser.execute(data, at);
        const body = this.takeBody();
        if (body !== undefined && !this.closed) this.deliverBody(body, false);
        this.settle(at < data.length);
        if (this.closed) break;
        if (at < data.length) {
          if (this.#disabled === 0 && !this.mustWait()) continue;
          const rest = data.subarray(at);
          this.#held = this.#held === undefined ? rest : Buffer.concat([rest, this.#held]);
          this.#updateReading();
          break;
        }
        if (this.#held === undefined || this.#disabled > 0 || this.mustWait()) break;
        data = this.#held;
        this.#held = undefined;
        at = 0;
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      const body = this.takeBody();
      if (body !== undefined && !this.closed) this.deliverBody(body, false);
      if (!this.closed) {
        this.closed = true;
        this.fail(error);
      }
    } finally {
      this.#dispatching = false;
    }
  }
}

function resumeLater(connection: Http1Connection): void {
  connection.resumeScheduled();
}
