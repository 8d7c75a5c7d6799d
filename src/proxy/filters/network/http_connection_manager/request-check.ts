import type { LocalReply } from '../../../http/filter.ts';
import type { RequestHeaders } from '../../../http/headers.ts';
import type { ConnectionInfo } from '../../../http/stream-info.ts';
import type { HcmConfig } from './config.ts';
import { normalizeHost } from './host-normalization.ts';
import { normalizePath } from './path-normalization.ts';
import { mutateRequestHeaders } from './request-headers.ts';
import type { SharedState } from './shared-state.ts';
import type { ConnectionManagerStats } from './stats.ts';

/**
 * Lets a request in: checks it and makes it fit to be routed and forwarded, and finds out who its client is. Returns
 * the answer to one that cannot be served.
 */
export function admitRequest(
  headers: RequestHeaders,
  connection: ConnectionInfo,
  { config, stats, routes, server }: SharedState,
): LocalReply | undefined {
  const refusal = checkRequest(headers, config, stats, connection.local.port);
  if (refusal !== undefined) return refusal;
  const internalOnly = routes.current.internalOnlyHeaders ?? [];
  connection.remote = mutateRequestHeaders(
    headers,
    connection,
    config,
    server.localInfo,
    internalOnly,
    server.uuid,
  );
  return undefined;
}

/**
 * Looks at a request before anything is decided by it, and normalises its path and host. Returns the answer to one
 * that cannot be served.
 */
export function checkRequest(
  headers: RequestHeaders,
  config: HcmConfig,
  stats: ConnectionManagerStats,
  listenerPort: number,
): LocalReply | undefined {
  if (headers.authority === undefined) return { status: 400, body: '', details: 'missing_host_header' };
  const { path } = headers;
  if (path === '') {
    if (headers.method !== 'CONNECT') return { status: 404, body: '', details: 'missing_path_rejected' };
  } else if (path.charCodeAt(0) !== 0x2f) {
    stats.downstream_rq_non_relative_path.inc();
    return { status: 404, body: '', details: 'absolute_path_rejected' };
  } else if (headers.method === 'QUERY' && !headers.get('content-type')) {
    return { status: 400, body: '', details: 'query_missing_content_type' };
  } else {
    switch (normalizePath(headers, config.path)) {
      case 'reject':
        stats.downstream_rq_failed_path_normalization.inc();
        return { status: 400, body: '', details: 'path_normalization_failed' };
      case 'redirect': {
        stats.downstream_rq_redirected_with_normalized_path.inc();
        const location = headers.path;
        return {
          status: 307,
          body: '',
          details: 'path_normalization_failed',
          modifyHeaders: (response) => response.add('location', location),
        };
      }
      default:
    }
  }
  if (config.stripPort !== 'none' || config.stripTrailingHostDot) {
    normalizeHost(headers, config.stripPort, config.stripTrailingHostDot, listenerPort);
  }
  return undefined;
}
