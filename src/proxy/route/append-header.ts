import type { HeaderMap } from '../http/headers.ts';

/** Adds a field beside those of the same name. */
export function appendHeader(headers: HeaderMap, name: string, value: string): void {
  headers.add(name, value);
}
