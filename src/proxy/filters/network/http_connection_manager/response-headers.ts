import type { RequestHeaders, ResponseHeaders } from '../../../http/headers.ts';
import { isUpgrade } from '../../../http/upgrade.ts';
import type { HcmConfig } from './config.ts';
import type { DateHeader } from './date-header.ts';

/**
 * Drops what belongs to the upstream's hop (ConnectionManagerUtility::mutateResponseHeaders). `interim`: of a 1xx,
 * whose keep-alive Envoy leaves alone.
 */
export function sanitizeResponse(
  headers: ResponseHeaders,
  request: RequestHeaders | undefined,
  interim = false,
): void {
  const { names } = headers;
  let upgrade: boolean | undefined;
  for (let i = names.length - 1; i >= 0; i--) {
    const name = names[i]!;
    switch (name.length) {
      case 7:
        if (name !== 'upgrade') break;
        upgrade ??= upgrading(headers, request);
        if (!upgrade) headers.removeAt(i);
        break;
      case 10:
        if (name === 'keep-alive') {
          if (!interim) headers.removeAt(i);
        } else if (name === 'connection') {
          upgrade ??= upgrading(headers, request);
          if (!upgrade) headers.removeAt(i);
        }
        break;
      case 16:
        if (name === 'proxy-connection') headers.removeAt(i);
        break;
      case 17:
        if (name === 'transfer-encoding') headers.removeAt(i);
        break;
      default:
    }
  }
}

function upgrading(headers: ResponseHeaders, request: RequestHeaders | undefined): boolean {
  return request !== undefined && isUpgrade(request) && isUpgrade(headers);
}

/** What every final response gets: `date`, `server`, and the request's id and `via` where configured. */
export function finishResponse(
  headers: ResponseHeaders,
  request: RequestHeaders | undefined,
  config: HcmConfig,
  date: DateHeader,
): void {
  if (!headers.has('date')) headers.add('date', date.value);
  if (
    config.serverHeader === 'OVERWRITE' ||
    (config.serverHeader === 'APPEND_IF_ABSENT' && !headers.has('server'))
  ) {
    headers.set('server', config.serverName);
  }
  sanitizeResponse(headers, request);
  if (request !== undefined) {
    const id = request.get('x-request-id');
    if (id !== undefined && (config.alwaysSetRequestIdInResponse || request.has('x-envoy-force-trace'))) {
      headers.set('x-request-id', id);
    }
  }
  if (config.via !== '') {
    const via = headers.get('via');
    headers.set('via', via === undefined ? config.via : `${via}, ${config.via}`);
  }
}
