import { connect, type Socket } from 'node:net';
import { reset } from '../runtime/reset.ts';
import { splice } from '../runtime/splice.ts';
import type { Candidate, RoundRobin } from './balancer.ts';

/** Longer than TCP's first retransmission, so that a queue that was full once does not count. ms. */
const CONNECT_MS = 1500;
/** How often a connection that nothing comes along is asked whether its other end is still there. ms. */
const KEEP_ALIVE_MS = 30_000;
/** Errors of this side, of which a replica can do nothing. */
const OWN_ERRORS = ['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EADDRNOTAVAIL'];

/** Where connections go; `Endpoint` is one. */
export interface Destination extends Candidate {
  /** Told that a connection to the port failed. */
  refused(target: number, why: string): void;
}

export interface ConnectorOptions {
  readonly target: number;
  readonly balancer: RoundRobin;
  /** As they are now, in an order that stays. */
  readonly endpoints: () => readonly Destination[];
  readonly log: (line: string) => void;
}

/**
 * Gives clients' connections to endpoints, each in its turn. One that cannot be opened is tried at the next endpoint, which the
 * client does not notice; only when no endpoint takes it the client's connection is reset.
 */
export class Connector {
  readonly #options: ConnectorOptions;
  /** Connections being opened, by endpoint. */
  readonly #opening = new Map<Destination, Set<Socket>>();

  constructor(options: ConnectorOptions) {
    this.#options = options;
  }

  /** An endpoint is gone: what is being opened to it is tried elsewhere. */
  gone(endpoint: Destination): void {
    for (const socket of this.#opening.get(endpoint) ?? []) socket.destroy(new Error('the endpoint is gone'));
  }

  take(client: Socket): void {
    client.setNoDelay(true);
    client.setKeepAlive(true, KEEP_ALIVE_MS);
    client.on('error', () => {});
    this.#tryNext(client, new Set());
  }

  #tryNext(client: Socket, tried: Set<Destination>): void {
    const { balancer, endpoints, target, log } = this.#options;
    const endpoint = balancer.next(endpoints(), tried);
    if (endpoint === undefined) {
      reset(client);
      return;
    }
    tried.add(endpoint);
    const upstream = connect({
      host: endpoint.address,
      port: target,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_MS,
      allowHalfOpen: true,
    });
    const opening = this.#opening.get(endpoint) ?? new Set();
    this.#opening.set(endpoint, opening.add(upstream));
    const timer = setTimeout(() => upstream.destroy(new Error('does not answer')), CONNECT_MS);
    const give = () => upstream.destroy();
    client.once('close', give);
    const settle = () => {
      clearTimeout(timer);
      client.removeListener('close', give);
      opening.delete(upstream);
      if (opening.size === 0) this.#opening.delete(endpoint);
    };
    upstream.once('connect', () => {
      settle();
      upstream.removeListener('error', failed);
      splice(client, upstream);
    });
    const failed = (error: NodeJS.ErrnoException) => {
      const why = error.code ?? error.message;
      if (OWN_ERRORS.includes(why)) log(`a connection cannot be opened: ${why}`);
      else endpoint.refused(target, why);
    };
    upstream.once('error', failed);
    upstream.once('close', () => {
      if (!opening.has(upstream)) return;
      settle();
      if (!client.destroyed) this.#tryNext(client, tried);
    });
  }
}
