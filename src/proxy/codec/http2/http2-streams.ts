import { defaultWindow } from './frame.ts';
import { Http2Sender } from './http2-sender.ts';
import type { Http2Stream, StreamConnection } from './http2-stream.ts';
import type { Http2Options } from './options.ts';
import { ReceiveWindow } from './receive-window.ts';

/** The streams of a connection: keeps them by their ids, gives their windows back, and lets go of those that are over. */
export abstract class Http2Streams<S extends Http2Stream> extends Http2Sender implements StreamConnection {
  protected readonly streams = new Map<number, S>();
  protected readonly receiveWindow: ReceiveWindow;
  /** The stream that was reset last while bytes were looked at. */
  protected justReset = 0;
  /** The peer has not yet acknowledged our SETTINGS. */
  protected unacknowledged = true;

  protected constructor(options: Http2Options) {
    super(options);
    this.receiveWindow = new ReceiveWindow(options.initialConnectionWindowSize);
  }

  /** Data waits for the peer's window. */
  get wantsToWrite(): boolean {
    for (const stream of this.streams.values()) if (stream.pendingBytes > 0) return true;
    return false;
  }

  /** What the peer may send on a new stream, bytes: it does not know our SETTINGS before it acknowledged them. */
  protected get newWindow(): number {
    return this.unacknowledged ? defaultWindow : this.options.initialStreamWindowSize;
  }

  protected add(stream: S): void {
    this.streams.set(stream.id, stream);
    this.options.stats?.streams_active.inc();
    this.constraints.onStreamOpened();
  }

  /** The application has taken bytes of the stream's body: the peer may send as many more. */
  consume(stream: Http2Stream, bytes: number): void {
    this.consumeConnection(bytes);
    const more = stream.receiveWindow.consume(bytes);
    if (more === 0 || stream.remoteComplete || stream.closed) return;
    this.outbox.windowUpdate(stream.id, more);
    this.schedule();
  }

  protected consumeConnection(bytes: number): void {
    const more = this.receiveWindow.consume(bytes);
    if (more === 0) return;
    this.outbox.windowUpdate(0, more);
    this.schedule();
  }

  onSent(stream: Http2Stream): void {
    stream.localComplete = true;
    this.onDelivered(stream);
  }

  /** Closes the stream once both messages are through. */
  onDelivered(stream: Http2Stream): void {
    if (stream.closed || !stream.localComplete || !stream.remoteComplete || stream.holding) return;
    this.forget(stream);
  }

  resetStream(stream: Http2Stream, code: number): void {
    this.options.stats?.tx_reset.inc();
    if (this.dispatching) this.justReset = stream.id;
    this.outbox.rstStream(stream.id, code);
    this.forget(stream);
    this.schedule();
  }

  protected forget(stream: Http2Stream): void {
    // What another stream's end led to may have ended it.
    if (stream.closed) return;
    const unconsumed = stream.takeUnconsumed();
    stream.close();
    this.streams.delete(stream.id);
    this.options.stats?.streams_active.dec();
    if (stream.waiting) this.line = this.line.filter((one) => one !== stream);
    if (unconsumed > 0) this.consumeConnection(unconsumed);
  }
}
