import type { Duplex } from 'node:stream';
import type { Dialed } from '../../runtime.ts';
import type { NodeObject } from '../objects.ts';

/** How hard to try. */
export interface ConnectOptions {
  /** Longest that one address may take, in ms; 5000 when absent. */
  readonly timeoutMs?: number;
  /**
   * Starts no agent where the host has a way of its own: what listens on the node's loopback only is then refused,
   * unless the node's agent runs already.
   */
  readonly cheap?: boolean;
}

/**
 * Connections from this process into a lab's nodes: straight to the address where the host has a way there, else, and to
 * what listens only on the node's loopback, through an agent that runs in the node's holder.
 */
export interface Reach extends AsyncDisposable {
  /** See `RunningLab.connect`. */
  connect(node: NodeObject, port: number, options?: ConnectOptions): Promise<Duplex>;
  /** See `RunningLab.dial`. */
  dial(node: NodeObject, port: number): Promise<Dialed>;
}
