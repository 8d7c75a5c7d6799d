import type { ListenerName } from './config.ts';

/** What an attacker's client sends on one connection. */
export interface Sequence {
  /** `area: what`, unique. */
  readonly name: string;
  readonly listener: ListenerName;
  /** latin1. */
  readonly bytes: string;
}

/** What must never become a request of its own unless Envoy, too, reads it as one. */
export const hidden = lines('GET /hidden HTTP/1.1', 'Host: evil');

/** A head from its lines, with the empty one that ends it. */
export function lines(...all: readonly string[]): string {
  return `${all.join('\r\n')}\r\n\r\n`;
}

/** A POST with these fields, what follows its head, and a request hidden behind that. */
export function post(fields: readonly string[], rest = ''): string {
  return lines('POST / HTTP/1.1', 'Host: h', ...fields) + rest + hidden;
}

/** A chunked POST whose body is these bytes. */
export function chunked(body: string): string {
  return post(['Transfer-Encoding: chunked'], body);
}

/** A GET with these fields and a request behind it. */
export function get(...fields: readonly string[]): string {
  return lines('GET / HTTP/1.1', ...fields) + hidden;
}

/** Sequences of one area: name and bytes in turn. */
export function area(
  name: string,
  table: Readonly<Record<string, string>>,
  listener: ListenerName = 'default',
): Sequence[] {
  return Object.entries(table).map(([what, bytes]) => ({ name: `${name}: ${what}`, listener, bytes }));
}
