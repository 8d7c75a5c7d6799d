import type { Discovery, DiscoveryContext } from '../discovery/discovery.ts';
import { Endpoint } from '../host/endpoint.ts';
import type { ToldCluster } from './host-list.ts';

/** Where a worker's clusters have their hosts from: the main thread looks for them, and tells. */
export class ToldHosts {
  readonly #clusters = new Map<string, ToldDiscovery>();

  /** A cluster's discovery: it is ready at once, as nothing listens before the first hosts were told. */
  readonly discover = (context: DiscoveryContext): Discovery => {
    const discovery = new ToldDiscovery(context);
    this.#clusters.set(context.config.name, discovery);
    return discovery;
  };

  /** A cluster's hosts are now these. */
  tell(told: ToldCluster): void {
    this.#clusters.get(told.cluster)?.tell(told);
  }
}

class ToldDiscovery implements Discovery {
  readonly #context: DiscoveryContext;
  #known = new Map<number, Endpoint>();

  constructor(context: DiscoveryContext) {
    this.#context = context;
  }

  start(): void {
    this.#context.onReady();
  }

  /** Known hosts keep their pool. */
  tell({ hosts }: ToldCluster): void {
    const known = this.#known;
    this.#known = new Map();
    for (const { id, address, traits, numbers } of hosts) {
      this.#known.set(id, known.get(id) ?? new Endpoint(address, traits, numbers));
    }
    this.#context.onHosts([...this.#known.values()]);
  }

  [Symbol.dispose](): void {}
}
