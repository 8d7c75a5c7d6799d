import type { envoy } from '../../../../bootstrap/api.generated.ts';
import { LabError } from '../../../../error.ts';
import type { StreamFilter } from '../../../http/filter.ts';
import { refuseConnectUdp } from '../../../route/action/upgrade-configs.ts';

type UpgradeConfig =
  envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.UpgradeConfig;
export type FilterFactories = readonly (() => StreamFilter)[];

interface Upgrade {
  readonly enabled: boolean;
  readonly filters: FilterFactories | undefined;
}

/** `upgrade_configs`: what a connection may become besides HTTP, and the filters it then passes. */
export class Upgrades {
  readonly #known = new Map<string, Upgrade>();

  /** @throws LabError for a type twice, or CONNECT-UDP */
  constructor(
    configs: readonly UpgradeConfig[],
    configureFilters: (filters: NonNullable<UpgradeConfig['filters']>) => FilterFactories,
  ) {
    for (const { upgrade_type: type = '', filters = [], enabled } of configs) {
      const key = type.toLowerCase();
      if (this.#known.has(key)) {
        throw new LabError('invalid', `Error: multiple upgrade configs with the same name: '${type}'`);
      }
      refuseConnectUdp(type);
      this.#known.set(key, {
        enabled: enabled ?? true,
        filters: filters.length === 0 ? undefined : configureFilters(filters),
      });
    }
  }

  /**
   * The filters for an upgrade; undefined when it is not allowed. `ofRoute`: what the route says of types, by
   * lower-case name.
   */
  find(
    type: string,
    ofRoute: ReadonlyMap<string, boolean> | undefined,
    standard: FilterFactories,
  ): FilterFactories | undefined {
    const key = type.toLowerCase();
    const byRoute = ofRoute?.get(key);
    if (byRoute === false) return undefined;
    const upgrade = this.#known.get(key);
    if (!upgrade?.enabled && byRoute !== true) return undefined;
    return upgrade?.filters ?? standard;
  }
}
