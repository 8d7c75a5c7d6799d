import type { Socket } from 'node:net';
import { Addresses, type LookUp } from './addresses.ts';
import { RoundRobin } from './balancer.ts';
import { type ForwarderConfig, type ForwarderPort, type ForwarderState, READY_LINE } from './config.ts';
import { Connector } from './connector.ts';
import { Door } from './door.ts';
import { Endpoint } from './endpoint.ts';

export interface ForwarderOptions {
  readonly config: ForwarderConfig;
  /** Told what happens, a line each. */
  readonly log: (line: string) => void;
  /** Told all replicas that are known, whenever that changes. */
  readonly tell: (state: ForwarderState) => void;
  /** A port cannot be listened at; nothing else goes wrong. */
  readonly fail: (error: Error) => void;
  readonly lookUp?: LookUp;
  /** The address to listen at; every one when absent. */
  readonly host?: string;
}

/** ms between two looks at a replica, of a few; of many each is looked at less often. */
const INTERVAL_MS = 200;
const FEW = 16;

interface Carrier {
  readonly port: ForwarderPort;
  readonly door: Door;
  readonly connector: Connector;
}

/**
 * An L4 forwarder: follows the addresses of a name, looks at each whether it is ready, and balances the connections to its
 * ports over those that are, round robin.
 */
export class Forwarder {
  readonly #options: ForwarderOptions;
  readonly #carriers: readonly Carrier[];
  readonly #addresses: Addresses;
  #endpoints: readonly Endpoint[] = [];
  #told = '';

  constructor(options: ForwarderOptions) {
    this.#options = options;
    const { config, log, fail, host = '0.0.0.0' } = options;
    this.#carriers = config.ports.map((port) => {
      const { target } = port;
      const balancer = new RoundRobin(target);
      const connector = new Connector({ target, balancer, endpoints: () => this.#endpoints, log });
      const take = (client: Socket) => connector.take(client);
      return { port, connector, door: new Door({ host, port: port.port }, take, fail) };
    });
    const follow = (addresses: readonly string[]) => this.#follow(addresses);
    this.#addresses = new Addresses(config.selects, follow, options.lookUp);
  }

  /** Takes no more connections; those taken go on. */
  close(): void {
    this.#addresses.close();
    for (const endpoint of this.#endpoints) endpoint.close();
    for (const { door } of this.#carriers) door.close();
  }

  #follow(addresses: readonly string[]): void {
    const { config, log } = this.#options;
    const before = this.#endpoints;
    this.#endpoints = addresses.map(
      (address) =>
        before.find((endpoint) => endpoint.address === address) ??
        new Endpoint(address, {
          ready: config.ready,
          targets: [...new Set(config.ports.map(({ target }) => target))],
          intervalMs: () => INTERVAL_MS * Math.max(1, this.#endpoints.length / FEW),
          onChange: (endpoint) => this.#changed(endpoint),
        }),
    );
    for (const endpoint of before) {
      if (this.#endpoints.includes(endpoint)) continue;
      endpoint.close();
      log(`${endpoint.address} is gone`);
      for (const { connector } of this.#carriers) connector.gone(endpoint);
    }
    void this.#update();
  }

  #changed(endpoint: Endpoint): void {
    const { ready, address, why } = endpoint;
    const ports = ready.map((port) => `:${port}`).join(', ');
    this.#options.log(
      ready.length === 0 ? `${address} is not ready: ${why}` : `${address} is ready at ${ports}`,
    );
    void this.#update();
  }

  async #update(): Promise<void> {
    const { log, tell } = this.#options;
    for (const { port, door } of this.#carriers) {
      if (!this.#endpoints.some((endpoint) => endpoint.readyAt(port.target))) door.close();
      else await door.open();
    }
    // Meanwhile another update may have been made.
    const count = this.#endpoints.filter(({ ready }) => ready.length > 0).length;
    tell({ endpoints: this.#endpoints.map(({ address, ready }) => ({ address, ready })) });
    const text = `${count} of ${this.#endpoints.length}`;
    if (text === this.#told) return;
    this.#told = text;
    if (count > 0) log(`${READY_LINE}${text} replicas`);
    else log(`refuses connections: none of ${this.#endpoints.length} replicas is ready`);
  }
}
