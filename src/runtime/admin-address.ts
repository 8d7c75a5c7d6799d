import type { ObservedContainer } from './runtime.ts';

/** Envoy's `--admin-address-path` file: `127.0.0.1:9901`, `[::1]:9901`. */
export function parseAddress(text: string): ObservedContainer['admin'] {
  const match = /^\s*\[?([^\]]+?)\]?:(\d+)\s*$/.exec(text);
  if (match === null) return undefined;
  const port = Number(match[2]);
  if (port === 0) return undefined;
  return { host: reachableHost(match[1]!), port };
}

/** Where something listens that listens on `host`, seen from its own node. */
export function reachableHost(host: string): string {
  return host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
}
