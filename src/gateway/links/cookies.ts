import { isOwnCookie } from '../guard/session.ts';
import type { Place } from './place.ts';

/**
 * A page's `Set-Cookie` at the gateway: it is kept below the page's prefix, away from the other pages, and belongs to the
 * gateway's host. Undefined when it must not be set at all.
 */
export function cookieBelow(cookie: string, { prefix }: Place): string | undefined {
  const [pair = '', ...attributes] = cookie.split(';');
  const name = pair.split('=')[0]!.trim();
  if (isOwnCookie(name)) return undefined;
  // The browser takes such a cookie with the path / alone.
  const fixed = /^__host-/i.test(name);
  const kept = attributes
    .filter((attribute) => !/^\s*domain\s*(=|$)/i.test(attribute))
    .map((attribute) => {
      const path = /^\s*path\s*=\s*(\/.*?)\s*$/i.exec(attribute)?.[1];
      return path === undefined || fixed ? attribute : ` Path=${prefix}${path}`;
    });
  return [pair, ...kept].join(';');
}
