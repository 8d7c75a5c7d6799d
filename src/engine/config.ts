import type { Dialect, Document } from '../document/document.ts';

/** An Envoy config file of a sandbox, read. */
export interface EnvoyConfig {
  /** Absolute path on the host. */
  readonly path: string;
  /** Its path as a user would write it, for messages. */
  readonly shown: string;
  readonly text: string;
  readonly document: Document;
}

/** How Envoy reads a config, by its file's name: `.yaml` and `.yml` as YAML, all else as JSON. */
export function dialectOf(path: string): Dialect {
  return /\.ya?ml$/i.test(path) ? 'envoy' : 'json';
}

/** Whether the config opens an admin interface of its own. */
export function hasAdmin(value: unknown): boolean {
  const admin = isRecord(value) ? value.admin : undefined;
  return isRecord(admin) && admin.address !== undefined;
}

/** Address and port of the config's own admin interface; undefined when it has none, or leaves the port to the system. */
export function fixedAdmin(value: unknown): { readonly host: string; readonly port: number } | undefined {
  const admin = isRecord(value) && isRecord(value.admin) ? value.admin.address : undefined;
  const address = isRecord(admin) && isRecord(admin.socket_address) ? admin.socket_address : {};
  const { address: host, port_value: port } = address;
  return typeof host === 'string' && typeof port === 'number' && port > 0 ? { host, port } : undefined;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
