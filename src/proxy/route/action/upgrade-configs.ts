import type { envoy } from '../../../bootstrap/api.generated.ts';
import { fields, type SupportTable } from '../../../bootstrap/support.ts';
import { LabError } from '../../../error.ts';
import { routeError } from '../error.ts';

/** How a route ends a CONNECT: its payload goes on as bytes. */
export interface ConnectConfig {
  /** A POST is taken as a CONNECT, for clients that cannot send one. */
  readonly allowPost: boolean;
}

/** What `upgrade_configs` of a route say. */
export interface RouteUpgrades {
  /** By type in lower case: allowed or refused, whatever the listener says. */
  readonly upgrades: ReadonlyMap<string, boolean> | undefined;
  readonly connect: ConnectConfig | undefined;
}

/** @throws LabError for a type twice, and a `connect_config` of another type than CONNECT, in Envoy's words */
export function compileUpgradeConfigs({
  upgrade_configs: configs = [],
}: envoy.config.route.v3.RouteAction): RouteUpgrades {
  if (configs.length === 0) return { upgrades: undefined, connect: undefined };
  const upgrades = new Map<string, boolean>();
  let connect: ConnectConfig | undefined;
  for (const { upgrade_type: type, enabled, connect_config: config } of configs) {
    const key = type.toLowerCase();
    refuseConnectUdp(type);
    if (upgrades.has(key)) throw routeError(`Duplicate upgrade ${type}`);
    upgrades.set(key, enabled ?? true);
    if (config === undefined) continue;
    if (key !== 'connect') throw routeError(`Non-CONNECT upgrade type ${type} has ConnectConfig`);
    connect = { allowPost: config.allow_post ?? false };
  }
  return { upgrades, connect };
}

/** @throws LabError: datagrams in HTTP are not implemented */
export function refuseConnectUdp(type: string): void {
  if (type.toLowerCase() !== 'connect-udp') return;
  throw new LabError('invalid', `upgrade_type ${type} is not implemented`, { hint: 'use --engine envoy' });
}

export const upgradeConfigSupport: SupportTable = {
  'envoy.config.route.v3.RouteAction.UpgradeConfig': fields('upgrade_type', 'enabled', 'connect_config'),
  'envoy.config.route.v3.RouteAction.UpgradeConfig.ConnectConfig': fields('allow_post'),
};
