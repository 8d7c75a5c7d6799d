import { readDocument } from '../../document/document.ts';
import { dialectOf, isRecord } from '../../engine/config.ts';
import { isConfigPath } from '../../engine/flags.ts';
import type { ContainerSpec } from '../../runtime/node-spec.ts';

/** A cluster of an Envoy config, as far as it matters which nodes it reaches. */
export interface ClusterSummary {
  readonly name: string;
  /** `STRICT_DNS`, …; `STATIC` when the config does not say. */
  readonly type: string;
  readonly endpoints: readonly { readonly address: string; readonly port: number }[];
  readonly tls: boolean;
}

/** The Envoy config a container was given, as plain data; undefined of an app, or when it cannot be read. */
export function configOf(container: ContainerSpec): unknown {
  const file = container.files.find(({ path }) => isConfigPath(path));
  if (container.kind !== 'engine' || file === undefined || !('content' in file.from)) return undefined;
  try {
    return readDocument(file.from.content, file.path, dialectOf(file.path)).value;
  } catch {
    return undefined;
  }
}

/** The static clusters of a config. What is not there or of another shape is left out. */
export function clustersOf(config: unknown): ClusterSummary[] {
  return list(at(config, 'static_resources', 'clusters')).map((cluster) => ({
    name: text(at(cluster, 'name')) ?? '',
    type: text(at(cluster, 'type')) ?? (at(cluster, 'cluster_type') === undefined ? 'STATIC' : 'custom'),
    endpoints: list(at(cluster, 'load_assignment', 'endpoints'))
      .flatMap((locality) => list(at(locality, 'lb_endpoints')))
      .flatMap((endpoint) => {
        const socket = at(endpoint, 'endpoint', 'address', 'socket_address');
        const address = text(at(socket, 'address'));
        return address === undefined ? [] : [{ address, port: Number(at(socket, 'port_value') ?? 0) }];
      }),
    tls: at(cluster, 'transport_socket') !== undefined,
  }));
}

/** The value below some keys, or undefined as soon as one is missing. */
export function at(value: unknown, ...keys: readonly string[]): unknown {
  let here = value;
  for (const key of keys) here = isRecord(here) ? here[key] : undefined;
  return here;
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
}
