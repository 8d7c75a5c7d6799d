import { hasToken } from '../codec/http1/connection-field.ts';
import type { HeaderMap } from './headers.ts';

/** Whether a message asks for, or agrees to, another protocol on its connection. */
export function isUpgrade(headers: HeaderMap): boolean {
  return headers.has('upgrade') && hasToken(headers.get('connection'), 'upgrade');
}
