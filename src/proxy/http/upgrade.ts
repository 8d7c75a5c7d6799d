import { hasToken } from '../codec/http1/connection-field.ts';
import type { HeaderMap, RequestHeaders, ResponseHeaders } from './headers.ts';

/** Whether a message asks for, or agrees to, another protocol on its connection. */
export function isUpgrade(headers: HeaderMap): boolean {
  return headers.has('upgrade') && hasToken(headers.get('connection'), 'upgrade');
}

/** Whether a response is the last of HTTP on its connection, which now carries something else. */
export function becomesAnother(request: RequestHeaders | undefined, response: ResponseHeaders): boolean {
  return isUpgrade(response) || (request?.method === 'CONNECT' && response.status === 200);
}

/** What a request asks its connection to become: `websocket`, `CONNECT`; undefined: it stays HTTP. */
export function requestedUpgrade(headers: RequestHeaders): string | undefined {
  if (headers.method === 'CONNECT') return 'CONNECT';
  return isUpgrade(headers) ? headers.get('upgrade') : undefined;
}
