import { trimAscii } from '../../http/ascii.ts';
import type { HeaderMap } from '../../http/headers.ts';

/** `ignore_http_11_upgrade`: whether an `upgrade` of this value is none. */
export type IgnoresUpgrade = (value: string) => boolean;

/**
 * Drops the words of an upgrade that is not to be: one to h2c, which is not offered, or one that is ignored. False when
 * it stands.
 */
export function dropUpgrade(headers: HeaderMap, ignores: IgnoresUpgrade | undefined): boolean {
  const upgrade = headers.get('upgrade') ?? '';
  const h2c = upgrade.toLowerCase() === 'h2c';
  if (!h2c && ignores?.(upgrade) !== true) return false;
  headers.remove('upgrade');
  if (h2c) headers.remove('http2-settings');
  const left = (headers.get('connection') ?? '')
    .split(',')
    .map(trimAscii)
    .filter((token) => token !== '' && !['upgrade', 'http2-settings'].includes(token.toLowerCase()));
  if (left.length === 0) headers.remove('connection');
  else headers.set('connection', left.join(','));
  return true;
}
