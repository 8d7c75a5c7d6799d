import type { RedisClient } from './redis-client.ts';

/** What a client's connection has under way between MULTI (or WATCH) and EXEC. */
export class Transaction {
  active = false;
  /** Its upstream connection was asked for. */
  established = false;
  /** It ends with the answer that is awaited. */
  shouldClose = false;
  /** Of the first command: tells the host of all. Empty: none yet. */
  key = '';
  client: RedisClient | undefined;
  /** The upstream connection is gone. */
  readonly onClientClosed: () => void;

  constructor(onClientClosed: () => void) {
    this.onClientClosed = onClientClosed;
  }

  start(): void {
    this.active = true;
  }

  close(): void {
    this.active = false;
    this.key = '';
    const { client } = this;
    if (this.established) {
      this.established = false;
      client?.close();
    }
    this.shouldClose = false;
  }
}
