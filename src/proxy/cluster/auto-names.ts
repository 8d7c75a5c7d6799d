import { isIP } from 'node:net';
import type { envoy } from '../../bootstrap/api.generated.ts';
import type { RequestHeaders } from '../http/headers.ts';
import type { PeerNames } from './cluster.ts';
import { httpOptions } from './upstream-protocol.ts';

type ClusterConfig = envoy.config.cluster.v3.Cluster;

/** Names by which a request's upstream is called and known; undefined: those of the cluster's TLS context. */
export type AutoNames = (headers: RequestHeaders) => PeerNames | undefined;

/** `auto_sni` and `auto_san_validation` of the cluster's HTTP options, in the one place or the deprecated other. */
export function readAutoNames(config: ClusterConfig): AutoNames | undefined {
  const http = httpOptions(config);
  const options = http === undefined ? config : http;
  const { auto_sni, auto_san_validation, override_auto_sni_header } =
    options.upstream_http_protocol_options ?? {};
  if (!auto_sni && !auto_san_validation) return undefined;
  const field = override_auto_sni_header?.toLowerCase();
  return (headers) => {
    const authority = (field && headers.lookup(field)) || (headers.authority ?? '');
    const host = hostOf(authority);
    const serverName = auto_sni && isIP(host) === 0 ? host : undefined;
    if (serverName === undefined && !auto_san_validation) return undefined;
    return { serverName, subjectAltNames: auto_san_validation ? [host] : [] };
  };
}

/** The host of an authority without a port that can be one, and without an IPv6 address's brackets. */
function hostOf(authority: string): string {
  const [, before, port] = /^(.*):(\d+)$/s.exec(authority) ?? [];
  const host = before !== undefined && Number(port) <= 65535 ? before : authority;
  return host.startsWith('[') && host.endsWith(']') && isIP(host.slice(1, -1)) !== 0
    ? host.slice(1, -1)
    : host;
}
