// Long because each way in which a connection ends is told apart here.
import type { Socket } from 'node:net';
import { abortSocket } from '../abort-socket.ts';
import type { Clock, Timer } from '../clock.ts';
import type { ConnectionInfo, SocketAddress, TlsInfo } from '../http/stream-info.ts';
import { passedOn } from '../read-buffer.ts';
import { ReadSwitch } from '../read-switch.ts';
import type { Counter, Gauge } from '../stats/stats.ts';
import { deliverReads } from './socket-reads.ts';

/** What a network filter learns of its connection. */
export interface ConnectionCallbacks {
  onData(data: Buffer): void;
  /** The peer has sent FIN, where half-close is on: it may still read. */
  onPeerEnd?(): void;
  /** The connection is gone; called once. `remote`: the peer ended it, or it broke. */
  onConnectionClosed(by: 'remote' | 'local'): void;
  /** More than the buffer limit waits to be sent. */
  onAboveWriteBufferHighWatermark(): void;
  onBelowWriteBufferLowWatermark(): void;
}

/**
 * How a connection is closed (Envoy's ConnectionCloseType). `flush`: once everything is sent. `flush-and-delay`: then
 * wait for the peer to close first, for `delayedCloseMs` at most, so that it can read the answer. `no-flush`: at once; by RST
 * where bytes were not read. `abort`: at once, by RST.
 */
export type CloseType = 'flush' | 'flush-and-delay' | 'no-flush' | 'abort';

/** How a connection ended (`%DOWNSTREAM_DETECTED_CLOSE_TYPE%`). */
export type DetectedCloseType = 'Normal' | 'LocalReset' | 'RemoteReset';

/** Counters of whoever owns the connection. */
export interface ConnectionStats {
  readonly rxBytes: Counter;
  readonly txBytes: Counter;
  readonly rxBuffered?: Gauge;
  readonly txBuffered?: Gauge;
  readonly delayedCloseTimeout?: Counter;
}

/** A downstream connection: bytes in, bytes out, back-pressure and the ways to end. Its protocol is its owner's. */
export class Connection implements ConnectionInfo {
  readonly id: number;
  readonly local: SocketAddress;
  readonly directRemote: SocketAddress;
  remote: SocketAddress;
  peer: SocketAddress;
  directLocal: SocketAddress | undefined;
  requestedServerName: string | undefined;
  /** What listener filters left for those that come later. */
  metadata: ReadonlyMap<string, Record<string, unknown>> | undefined;
  tls: TlsInfo | undefined;
  transportFailure: string | undefined;
  /** It runs over TLS; `tls` tells more once the handshake is done. */
  readonly encrypted: boolean;
  listenerName: string | undefined;
  filterChainName: string | undefined;
  /** ms of the clock when it was accepted. */
  readonly startedAt: number;
  readonly socket: Socket;
  /** ms to wait in `flush-and-delay`; 0 closes at once. */
  delayedCloseMs = 0;
  /** Who has sent RST. */
  detectedCloseType: DetectedCloseType = 'Normal';
  /** Called last, once, when it is gone. */
  onClosed: (() => void) | undefined;
  /** Why we closed it: `%DOWNSTREAM_LOCAL_CLOSE_REASON%` and the reset streams' details. */
  localCloseReason = '';
  /** `%CONNECTION_TERMINATION_DETAILS%` of what is no stream. */
  terminationDetails: string | undefined;
  readonly #clock: Clock;
  readonly #bufferLimit: number;
  #callbacks: ConnectionCallbacks | undefined;
  #stats: ConnectionStats | undefined;
  readonly #reads: ReadSwitch;
  #above = false;
  #readDisabled = 0;
  #state: 'open' | 'closing' | 'closed' = 'open';
  #closedBy: 'remote' | 'local' = 'remote';
  #delayTimer: Timer | undefined;
  #halfClose = false;
  #peerReset = false;
  /** Bytes of the last read, and bytes that wait to be sent, as the gauges have them. */
  #lastRead = 0;
  #buffered = 0;

  constructor(
    id: number,
    socket: Socket,
    local: SocketAddress,
    remote: SocketAddress,
    encrypted: boolean,
    clock: Clock,
    bufferLimit: number,
  ) {
    this.id = id;
    this.socket = socket;
    this.local = local;
    this.directRemote = remote;
    this.remote = remote;
    this.peer = remote;
    this.startedAt = clock.now();
    this.encrypted = encrypted;
    this.#clock = clock;
    this.#bufferLimit = bufferLimit;
    this.#reads = new ReadSwitch(socket, {
      onData: (data) => this.#onData(data),
      onEnd: () => this.#onPeerEnd(),
      onGone: () => this.#onPeerGone(),
    });
    deliverReads(socket, encrypted, (data) => this.#reads.onData(data));
    socket.on('end', () => this.#reads.onEnd());
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#peerReset ||= error.code === 'ECONNRESET';
      if (!this.#reads.holdGone()) this.#onPeerGone();
    });
    socket.on('close', () => {
      if (!this.#reads.holdGone()) this.#closed();
    });
    socket.on('drain', () => this.#onDrain());
  }

  setCallbacks(callbacks: ConnectionCallbacks): void {
    this.#callbacks = callbacks;
  }

  setStats(stats: ConnectionStats): void {
    this.#stats = stats;
  }

  get open(): boolean {
    return this.#state === 'open';
  }

  /**
   * A FIN of the peer ends only its own direction: `onPeerEnd` is called, and `end` sends ours. Whatever ends the connection is
   * told after all bytes that came before, while reading is on.
   */
  enableHalfClose(): void {
    this.#halfClose = true;
    this.#reads.holdsEnd = true;
  }

  /** More waits to be sent than the limit. */
  get aboveHighWatermark(): boolean {
    return this.#above;
  }

  /** Bytes written that the socket has not taken yet. */
  get unsentBytes(): number {
    return this.socket.writableLength;
  }

  /**
   * Sends bytes; of a string each character is one (latin1). `more`: another call follows at once, whose bytes shall go with
   * these. True when all is in the kernel, so that the memory is the caller's again.
   */
  write(data: Buffer | string, more = false): boolean {
    const { socket } = this;
    // Nothing follows what is sent last.
    if (this.#state === 'closed' || socket.writableEnded) return false;
    if (more && socket.writableCorked === 0) socket.cork();
    if (typeof data === 'string') socket.write(data, 'latin1');
    else socket.write(data);
    if (this.#stats !== undefined) this.#stats.txBytes.add(data.length);
    if (more) return false;
    socket.uncork();
    const waiting = socket.writableLength;
    if (waiting === 0) {
      if (typeof data !== 'string') passedOn(data);
      return true;
    }
    // Node tells of a drain only where it has asked to wait for one.
    const full = waiting > this.#bufferLimit && this.#bufferLimit > 0 && socket.writableNeedDrain;
    if (!this.#above && full) {
      this.#above = true;
      this.#setBuffered(waiting);
      this.#callbacks?.onAboveWriteBufferHighWatermark();
    }
    return false;
  }

  /** Stop (true) or go on (false) reading; calls nest. */
  readDisable(disable: boolean): void {
    if (disable) {
      if (++this.#readDisabled === 1) this.#reads.set(false);
    } else if (this.#readDisabled > 0 && --this.#readDisabled === 0 && this.#state === 'open') {
      this.#reads.set(true);
    }
  }

  /** Sends FIN after what was written; the peer may go on sending. */
  end(): void {
    if (this.#state === 'open') this.socket.end();
  }

  /** Ends the connection. `reason` is kept for logs; the first close wins. */
  close(type: CloseType, reason: string): void {
    if (this.#state === 'closed') return;
    if (this.#state === 'open') {
      this.#state = 'closing';
      this.localCloseReason = reason;
    } else if (type === 'flush-and-delay') return;
    this.#closedBy = 'local';
    if (type === 'abort' || type === 'no-flush') {
      if (type === 'abort') this.detectedCloseType = 'LocalReset';
      // Who closes with bytes unread resets: these are no more in the kernel.
      if (type === 'abort' || this.#reads.unread) abortSocket(this.socket);
      else this.socket.destroy();
      this.#closed();
      return;
    }
    // A paused socket never sees that its peer is gone.
    this.#reads.set(true);
    this.#delayTimer?.cancel();
    if (type === 'flush' || this.delayedCloseMs === 0) {
      this.socket.destroySoon();
      if (this.socket.writableLength === 0) this.#closed();
      else this.#watchFlush(this.socket.bytesWritten);
      return;
    }
    this.#delayTimer = this.#clock.setTimeout(() => this.#giveUp(), this.delayedCloseMs);
  }

  /** A peer that reads nothing of what remains does not keep the connection for ever. */
  #watchFlush(written: number): void {
    if (this.delayedCloseMs === 0) return;
    this.#delayTimer = this.#clock.setTimeout(() => {
      const now = this.socket.bytesWritten;
      if (now === written) this.#giveUp();
      else this.#watchFlush(now);
    }, this.delayedCloseMs);
  }

  #onData(data: Buffer): void {
    if (this.#state !== 'open') return;
    const stats = this.#stats;
    if (stats !== undefined) {
      stats.rxBytes.add(data.length);
      if (stats.rxBuffered !== undefined) this.#setLastRead(data.length);
    }
    this.#callbacks?.onData(data);
  }

  #onPeerEnd(): void {
    if (!this.#halfClose) {
      this.#onPeerGone();
      return;
    }
    // What is being sent to it is still sent.
    if (this.#state !== 'open') return;
    this.#callbacks?.onPeerEnd?.();
    // Ours was sent before: that was all.
    if (this.#state === 'open' && this.socket.writableFinished) this.#onPeerGone();
  }

  /** Half-closed is closed: nobody is left to read the answer (as in Envoy, whose HTTP has no half-close). */
  #onPeerGone(): void {
    if (this.#state === 'closed') return;
    if (!this.#halfClose || this.#state === 'open') this.#closedBy = 'remote';
    if (this.#peerReset && this.#state === 'open') this.detectedCloseType = 'RemoteReset';
    this.socket.destroy();
    this.#closed();
  }

  #giveUp(): void {
    this.#stats?.delayedCloseTimeout?.inc();
    this.socket.destroy();
    this.#closed();
  }

  #onDrain(): void {
    if (!this.#above) return;
    this.#above = false;
    this.#setBuffered(0);
    this.#callbacks?.onBelowWriteBufferLowWatermark();
  }

  #closed(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#delayTimer?.cancel();
    this.#setBuffered(0);
    this.#setLastRead(0);
    this.#callbacks?.onConnectionClosed(this.#closedBy);
    this.onClosed?.();
  }

  /** Envoy's gauge shows what the last read of each connection brought, though it was used up at once. */
  #setLastRead(bytes: number): void {
    if (bytes === this.#lastRead) return;
    this.#stats?.rxBuffered?.add(bytes - this.#lastRead);
    this.#lastRead = bytes;
  }

  #setBuffered(bytes: number): void {
    if (bytes === this.#buffered) return;
    this.#stats?.txBuffered?.add(bytes - this.#buffered);
    this.#buffered = bytes;
  }
}
