import type { Socket } from 'node:net';
import type { Clock, Timer } from '../clock.ts';
import type { ConnectionInfo, SocketAddress, TlsInfo } from '../http/stream-info.ts';
import type { Counter } from '../stats/stats.ts';

/** What a network filter learns of its connection. */
export interface ConnectionCallbacks {
  onData(data: Buffer): void;
  /** The connection is gone; called once. `remote`: the peer ended it, or it broke. */
  onConnectionClosed(by: 'remote' | 'local'): void;
  /** More than the buffer limit waits to be sent. */
  onAboveWriteBufferHighWatermark(): void;
  onBelowWriteBufferLowWatermark(): void;
}

/**
 * How a connection is closed (Envoy's ConnectionCloseType). `flush`: once everything is sent. `flush-and-delay`: then
 * wait for the peer to close first, for `delayedCloseMs` at most, so that it can read the answer. `abort`: at once, by RST.
 */
export type CloseType = 'flush' | 'flush-and-delay' | 'abort';

/** Counters of whoever owns the connection. */
export interface ConnectionStats {
  readonly rxBytes: Counter;
  readonly txBytes: Counter;
  readonly delayedCloseTimeout: Counter;
}

/** A downstream connection: bytes in, bytes out, back-pressure and the ways to end. Its protocol is its owner's. */
export class Connection implements ConnectionInfo {
  readonly id: number;
  readonly local: SocketAddress;
  readonly directRemote: SocketAddress;
  remote: SocketAddress;
  /** Known once the handshake is done. */
  tls: TlsInfo | undefined;
  /** It runs over TLS, handshake done or not. */
  readonly encrypted: boolean;
  /** ms of the clock when it was accepted. */
  readonly startedAt: number;
  readonly socket: Socket;
  /** ms to wait in `flush-and-delay`; 0 closes at once. */
  delayedCloseMs = 0;
  /** Called last, once, when it is gone. */
  onClosed: (() => void) | undefined;
  /** Why we closed it: `%CONNECTION_TERMINATION_DETAILS%` and the reset streams' details. */
  localCloseReason = '';
  readonly #clock: Clock;
  readonly #bufferLimit: number;
  #callbacks: ConnectionCallbacks | undefined;
  #stats: ConnectionStats | undefined;
  #above = false;
  #readDisabled = 0;
  #state: 'open' | 'closing' | 'closed' = 'open';
  #closedBy: 'remote' | 'local' = 'remote';
  #delayTimer: Timer | undefined;

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
    this.startedAt = clock.now();
    this.encrypted = encrypted;
    this.#clock = clock;
    this.#bufferLimit = bufferLimit;
    socket.on('data', (data: Buffer) => this.#onData(data));
    socket.on('end', () => this.#onPeerGone());
    socket.on('error', () => this.#onPeerGone());
    socket.on('close', () => this.#closed());
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

  /** More waits to be sent than the limit. */
  get aboveHighWatermark(): boolean {
    return this.#above;
  }

  /** A string is latin1. */
  write(data: Buffer | string): void {
    if (this.#state === 'closed') return;
    const { socket } = this;
    if (typeof data === 'string') socket.write(data, 'latin1');
    else socket.write(data);
    if (this.#stats !== undefined) this.#stats.txBytes.add(data.length);
    if (!this.#above && socket.writableLength > this.#bufferLimit && this.#bufferLimit > 0) {
      this.#above = true;
      this.#callbacks?.onAboveWriteBufferHighWatermark();
    }
  }

  /** Stop (true) or go on (false) reading; calls nest. */
  readDisable(disable: boolean): void {
    if (disable) {
      if (++this.#readDisabled === 1) this.socket.pause();
    } else if (this.#readDisabled > 0 && --this.#readDisabled === 0 && this.#state === 'open') {
      this.socket.resume();
    }
  }

  /** Ends the connection. `reason` is kept for logs; the first close wins. */
  close(type: CloseType, reason: string): void {
    if (this.#state === 'closed') return;
    if (this.#state === 'open') {
      this.#state = 'closing';
      this.localCloseReason = reason;
    } else if (type === 'flush-and-delay') return;
    this.#closedBy = 'local';
    if (type === 'abort') {
      this.socket.resetAndDestroy();
      this.#closed();
      return;
    }
    // A paused socket never sees that its peer is gone.
    this.socket.resume();
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
    if (this.#stats !== undefined) this.#stats.rxBytes.add(data.length);
    this.#callbacks?.onData(data);
  }

  /** Half-closed is closed: nobody is left to read the answer (as in Envoy, whose HTTP has no half-close). */
  #onPeerGone(): void {
    if (this.#state === 'closed') return;
    this.#closedBy = 'remote';
    this.socket.destroy();
    this.#closed();
  }

  #giveUp(): void {
    this.#stats?.delayedCloseTimeout.inc();
    this.socket.destroy();
    this.#closed();
  }

  #onDrain(): void {
    if (!this.#above) return;
    this.#above = false;
    this.#callbacks?.onBelowWriteBufferLowWatermark();
  }

  #closed(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#delayTimer?.cancel();
    this.#callbacks?.onConnectionClosed(this.#closedBy);
    this.onClosed?.();
  }
}
