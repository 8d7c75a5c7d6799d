/** HTTP/2 frames as bytes, right or wrong: a case says what a client sends, frame by frame (RFC 9113 §4 and §6). */

export type Field = readonly [name: string, value: string];

export const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

export const types = {
  DATA: 0,
  HEADERS: 1,
  PRIORITY: 2,
  RST_STREAM: 3,
  SETTINGS: 4,
  PUSH_PROMISE: 5,
  PING: 6,
  GOAWAY: 7,
  WINDOW_UPDATE: 8,
  CONTINUATION: 9,
} as const;

export const END_STREAM = 1;
export const ACK = 1;
export const END_HEADERS = 4;
export const PADDED = 8;
export const PRIORITY = 32;

/** Any frame; bytes are latin1 strings as in all of a case. `length` for a header that lies. */
export function frame(
  type: keyof typeof types | number,
  flags: number,
  stream: number,
  payload = '',
  length = payload.length,
): string {
  const head = Buffer.alloc(9);
  head.writeUIntBE(length, 0, 3);
  head[3] = typeof type === 'number' ? type : types[type];
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return head.toString('latin1') + payload;
}

/** Four bytes. */
export function u32(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes.toString('latin1');
}

/** SETTINGS of identifier and value in turn. */
export function settings(...entries: number[]): string {
  let payload = '';
  for (let i = 0; i < entries.length; i += 2)
    payload += String.fromCharCode(0, entries[i]!) + u32(entries[i + 1]!);
  return frame('SETTINGS', 0, 0, payload);
}

/** A header block of literals that are never put into a table. */
export function block(...fields: readonly Field[]): string {
  return fields.map(([name, value]) => `\x00${text(name)}${text(value)}`).join('');
}

function text(value: string): string {
  if (value.length < 127) return String.fromCharCode(value.length) + value;
  let bytes = '\x7f';
  let rest = value.length - 127;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes += String.fromCharCode((rest % 128) + 128);
  return bytes + String.fromCharCode(rest) + value;
}

/** The pseudo-header fields of a request and what follows them. */
export function request(path = '/', more: readonly Field[] = [], method = 'GET'): readonly Field[] {
  return [[':method', method], [':scheme', 'http'], [':path', path], [':authority', 'a'], ...more];
}

/** A whole HEADERS frame; `end`: nothing follows it. */
export function headers(stream: number, fields: readonly Field[] = request(), end = true): string {
  return frame('HEADERS', END_HEADERS | (end ? END_STREAM : 0), stream, block(...fields));
}

export function data(stream: number, payload: string, end = false): string {
  return frame('DATA', end ? END_STREAM : 0, stream, payload);
}

export function windowUpdate(stream: number, by: number): string {
  return frame('WINDOW_UPDATE', 0, stream, u32(by));
}

export function rstStream(stream: number, code = 8): string {
  return frame('RST_STREAM', 0, stream, u32(code));
}

/** How a client begins: preface, SETTINGS, and the acknowledgement of the server's. */
export const hello = preface + settings() + frame('SETTINGS', ACK, 0);
