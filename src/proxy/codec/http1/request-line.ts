import type { ProtocolError } from '../codec.ts';
import { holdsForbidden, pathByte, targetHostByte, tokenLower } from './characters.ts';
import { codecError, invalidCharacters } from './errors.ts';

const SPACE = 32;
const SLASH = 47;
const COLON = 58;
const QUESTION = 63;
const STAR = 42;
const AT = 64;
const ONE = 49;
const CR = 13;
const LF = 10;

/** Methods Envoy takes unless `allow_custom_methods` is set. */
const methods = new Map(
  `ACL BIND CHECKOUT CONNECT COPY DELETE GET HEAD LINK LOCK MERGE MKACTIVITY MKCALENDAR MKCOL MOVE MSEARCH
  NOTIFY OPTIONS PATCH POST PROPFIND PROPPATCH PURGE PUT QUERY REBIND REPORT SEARCH SOURCE SUBSCRIBE TRACE UNBIND
  UNLINK UNLOCK UNSUBSCRIBE`
    .split(/\s+/)
    .map((method) => [method, method]),
);

/** A request line taken apart; offsets count from the line's start. One object a connection. */
export class RequestLine {
  method = '';
  targetStart = 0;
  targetEnd = 0;
  http11 = false;
  /** There was no version: HTTP/0.9, no fields follow. */
  bare = false;
  #length = 0;
  #plain = false;

  /**
   * Reads `data[start, end)`, which ends with LF. Words are separated by any run of bytes up to 0x20, and the
   * version is all after the second word, as the parser Envoy uses has it.
   * @throws ProtocolError
   */
  parse(data: Buffer, start: number, end: number, allowCustomMethods: boolean): void {
    let stop = end;
    while (stop > start && data[stop - 1]! <= SPACE) stop--;
    let at = start;
    while (at < stop && data[at]! > SPACE) at++;
    const methodEnd = at;
    while (at < stop && data[at]! <= SPACE) at++;
    const targetStart = at;
    while (at < stop && data[at]! > SPACE) at++;
    const targetEnd = at;
    while (at < stop && data[at]! <= SPACE) at++;

    this.method = readMethod(data, start, methodEnd, allowCustomMethods);
    if (this.method === '' || !isTarget(data, targetStart, targetEnd, this.method === 'CONNECT')) {
      throw blame(data, start, end, this.method === '' ? 'HPE_INVALID_METHOD' : 'HPE_INVALID_URL');
    }
    this.bare = at === stop;
    if (!this.bare && !isVersion(data, at, stop)) throw blame(data, start, end, 'HPE_INVALID_VERSION');
    // Of the line, not of the version: `GET /HTTP/1.1` has none, and to Envoy is HTTP/1.1 nonetheless.
    this.http11 =
      isVersion(data, stop - 8, stop) &&
      data[stop - 3] === ONE &&
      data[stop - 1] === ONE &&
      (!this.bare || data[stop] === CR || data[stop] === LF);
    this.targetStart = targetStart - start;
    this.targetEnd = targetEnd - start;
    this.#length = end - start;
    // Exactly one space on either side of the target and the usual line end leave no room for other bytes.
    const tight = targetEnd - targetStart + methodEnd - start + 12;
    this.#plain =
      data[methodEnd] === SPACE && data[targetEnd] === SPACE && tight === end - start && data[end - 2] === 13;
  }

  /** Looks for bytes no head may hold; done once all of the head is there. @throws ProtocolError */
  checkCharacters(data: Buffer, start: number): void {
    if (this.#plain) return;
    if (holdsForbidden(data, start, start + this.#length)) throw invalidCharacters();
  }
}

/** The error of a line, unless a byte no head may hold takes the blame. */
function blame(data: Buffer, start: number, end: number, what: string): ProtocolError {
  return holdsForbidden(data, start, end) ? invalidCharacters() : codecError(what);
}

/** The method, or '' when it is none. */
function readMethod(data: Buffer, start: number, end: number, allowCustom: boolean): string {
  if (end - start === 3 && data[start] === 71 && data[start + 1] === 69 && data[start + 2] === 84)
    return 'GET';
  const text = data.toString('latin1', start, end);
  const method = methods.get(text);
  if (method !== undefined) return method;
  if (!allowCustom) return '';
  for (let i = start; i < end; i++) if (tokenLower[data[i]!] === 0) return '';
  return text;
}

/** A path, `*…`, an absolute URL, or for CONNECT a host and port; only which bytes stand where is looked at. */
function isTarget(data: Buffer, start: number, end: number, connect: boolean): boolean {
  if (start === end) return false;
  let at = start;
  if (data[at] !== SLASH && data[at] !== STAR) {
    if (!connect) {
      at = schemeEnd(data, start, end);
      if (at < 0) return false;
    }
    for (; at < end && data[at] !== SLASH && data[at] !== QUESTION; at++) {
      if (targetHostByte[data[at]!] === 0) return false;
      if (data[at] === AT && data[at + 1] === AT) return false;
    }
  }
  while (at < end && pathByte[data[at]!] === 1) at++;
  return at === end;
}

/** After the `://` of `[start, end)`, or -1 when it does not start with a scheme. */
function schemeEnd(data: Buffer, start: number, end: number): number {
  const isAlpha = (c: number) => (c | 32) >= 97 && (c | 32) <= 122;
  let at = start;
  while (at < end) {
    const c = data[at]!;
    const more = (c >= 48 && c <= 57) || c === 43 || c === 45 || c === 46;
    if (!isAlpha(c) && !(more && at > start)) break;
    at++;
  }
  if (at === start || at + 3 > end) return -1;
  return data[at] === COLON && data[at + 1] === SLASH && data[at + 2] === SLASH ? at + 3 : -1;
}

/** `HTTP/d.d` and nothing else. */
export function isVersion(data: Buffer, start: number, end: number): boolean {
  if (end - start !== 8) return false;
  const isDigit = (c: number) => c >= 48 && c <= 57;
  return (
    data[start] === 72 &&
    data[start + 1] === 84 &&
    data[start + 2] === 84 &&
    data[start + 3] === 80 &&
    data[start + 4] === SLASH &&
    isDigit(data[start + 5]!) &&
    data[start + 6] === 46 &&
    isDigit(data[start + 7]!)
  );
}
