import type { HeaderMap } from '../../http/headers.ts';
import type { ProtocolError } from '../codec.ts';
import type { BlockCollector } from './block-collector.ts';
import { endsValue, holdsForbidden, tokenLower } from './characters.ts';
import { codecError, invalidCharacters, tooManyHeaders, unexpectedUnderscore } from './errors.ts';
import { FieldKind, hashStep, knownName } from './header-names.ts';
import type { UnderscoresAction } from './options.ts';

const CR = 13;
const LF = 10;
const COLON = 58;
const SPACE = 32;
const TAB = 9;
const ZERO = 48;

/** What the fields of one head say of its framing; one object a connection, filled anew for each head. */
export class Framing {
  host: string | undefined;
  contentLength = -1;
  /** The number a wrong content-length begins with. */
  contentLengthBegin = 0n;
  transferEncoding: string | undefined;
  /** What the last transfer-encoding line says, before a CR inside it is dropped. */
  chunked = false;
  hasConnection = false;
  hasUpgrade = false;
  /** Fields dropped for an underscore in their name. */
  dropped = 0;

  reset(): void {
    this.host = undefined;
    this.contentLength = -1;
    this.transferEncoding = undefined;
    this.chunked = false;
    this.hasConnection = false;
    this.hasUpgrade = false;
    this.dropped = 0;
  }

  copy(other: Framing): void {
    this.host = other.host;
    this.contentLength = other.contentLength;
    this.transferEncoding = other.transferEncoding;
    this.chunked = other.chunked;
    this.hasConnection = other.hasConnection;
    this.hasUpgrade = other.hasUpgrade;
    this.dropped = other.dropped;
  }
}

const noFraming = new Framing();

/** How a block of fields is read. */
export interface FieldRules {
  readonly maxHeadersCount: number;
  readonly underscores: UnderscoresAction;
  /**
   * Whose fields: a request's Host goes to `framing.host`, as HTTP/2's :authority is no field either; trailers
   * frame nothing.
   */
  readonly of: 'request' | 'response' | 'trailers';
}

/** For trailers nobody asked for: their form is still looked at. */
export const droppedTrailers: FieldRules = {
  maxHeadersCount: Number.POSITIVE_INFINITY,
  underscores: 'ALLOW',
  of: 'trailers',
};

/**
 * Reads the fields of a head into `headers` and `framing`; returns their bytes as text, the empty line included.
 * @throws ProtocolError
 */
export function readHead(
  { data, linesStart, linesEnd, end }: BlockCollector,
  headers: HeaderMap,
  framing: Framing,
  rules: FieldRules,
): string {
  const text = data.toString('latin1', linesStart, end);
  framing.reset();
  parseFieldLines(data, linesStart, linesEnd, text, headers, framing, rules);
  return text;
}

/** Reads the trailer fields in `data[start, end)` into `trailers`. @throws ProtocolError */
export function readTrailers(
  data: Buffer,
  start: number,
  end: number,
  trailers: HeaderMap,
  rules: FieldRules,
): void {
  const text = data.toString('latin1', start, end);
  parseFieldLines(data, start, end, text, trailers, noFraming, rules);
}

/**
 * Reads the field lines in `data[start, end)`, the empty line that ends them excluded, into `headers`. `text` is
 * the same bytes (and maybe more) as a latin1 string. Lines end with LF or CR LF; a line that starts with space or tab continues the last (obs-fold, RFC 9112 §5.2).
 * @throws ProtocolError
 */
function parseFieldLines(
  data: Buffer,
  start: number,
  end: number,
  text: string,
  headers: HeaderMap,
  framing: Framing,
  rules: FieldRules,
): void {
  let at = start;
  let count = 0;
  // Envoy looks at the form of all lines before it counts them or looks at their names.
  let later: ProtocolError | undefined;
  while (at < end) {
    const nameStart = at;
    let hash = 0;
    let lower = 0;
    let changed = false;
    let byte = data[at]!;
    for (;;) {
      lower = tokenLower[byte]!;
      if (lower === 0) break;
      if (lower !== byte) changed = true;
      hash = hashStep(hash, lower);
      byte = data[++at]!;
    }
    if (byte !== COLON || at === nameStart)
      throw blame(data, start, end, codecError('HPE_INVALID_HEADER_TOKEN'));
    const nameEnd = at++;
    while (data[at] === SPACE || data[at] === TAB) at++;
    let valueStart = at;
    let valueEnd = at;
    let broken = false;
    for (;;) {
      byte = data[at]!;
      while (endsValue[byte] === 0) byte = data[++at]!;
      if (byte === CR) {
        if (data[at + 1] !== LF) broken = true;
        at++;
        continue;
      }
      if (byte !== LF) throw invalidCharacters();
      valueEnd = at++;
      if (at >= end || (data[at] !== SPACE && data[at] !== TAB)) break;
      broken = true;
    }
    while (valueEnd > valueStart && data[valueEnd - 1]! <= SPACE) valueEnd--;
    if (broken) while (valueStart < valueEnd && data[valueStart]! <= SPACE) valueStart++;
    const raw = text.slice(valueStart - start, valueEnd - start);
    const value = broken ? raw.replace(/[\r\n]/g, '') : raw;

    const known = knownName(data, nameStart, nameEnd, hash);
    let name: string;
    if (known !== undefined) {
      name = known.name;
      if (known.kind !== FieldKind.other && rules.of !== 'trailers') {
        noteFraming(framing, known.kind, raw, value);
        if (known.kind === FieldKind.host && rules.of === 'request') {
          if (framing.host === undefined && ++count > rules.maxHeadersCount)
            later ??= tooManyHeaders('headers');
          framing.host = joined(framing.host, value);
          continue;
        }
      }
      if (rules.of === 'request' ? known.joinsInRequest : known.joinsInResponse && rules.of === 'response') {
        const before = headers.names.indexOf(name);
        if (before >= 0) {
          headers.values[before] = joined(headers.values[before], value);
          continue;
        }
      }
    } else {
      name = text.slice(nameStart - start, nameEnd - start);
      if (changed) name = name.toLowerCase();
      if (rules.underscores !== 'ALLOW' && name.includes('_')) {
        if (rules.underscores === 'DROP_HEADER') {
          framing.dropped++;
          continue;
        }
        later ??= unexpectedUnderscore();
      }
    }
    headers.names.push(name);
    headers.values.push(value);
    if (++count > rules.maxHeadersCount)
      later ??= tooManyHeaders(rules.of === 'trailers' ? 'trailers' : 'headers');
  }
  if (rules.of === 'request' && !Number.isFinite(framing.contentLength) && !framing.chunked)
    throw codecError('UNPARSABLE_CONTENT_LENGTH');
  if (later !== undefined) throw later;
}

/** Two lines of one field, as Envoy joins them: an empty one leaves no comma. */
function joined(before: string | undefined, value: string): string {
  if (before === undefined || before === '') return value;
  return value === '' ? before : `${before},${value}`;
}

/** Framing goes by the `raw` value; `value` is what is passed on, without CR and LF. */
function noteFraming(framing: Framing, kind: FieldKind, raw: string, value: string): void {
  switch (kind) {
    case FieldKind.contentLength: {
      const before = framing.contentLength;
      framing.contentLength = contentLength(raw);
      const begin = Number.isFinite(framing.contentLength) ? 0n : leadingNumber(raw);
      // To Envoy two that are wrong in the same way, behind the same number, are no more wrong than one.
      const alike = Object.is(before, framing.contentLength) && begin === framing.contentLengthBegin;
      if (before !== -1 && (Number.isFinite(before) || !alike))
        throw codecError('HPE_UNEXPECTED_CONTENT_LENGTH');
      framing.contentLengthBegin = begin;
      break;
    }
    case FieldKind.transferEncoding:
      framing.transferEncoding = joined(framing.transferEncoding, value);
      framing.chunked = raw.toLowerCase() === 'chunked';
      break;
    case FieldKind.connection:
      framing.hasConnection = true;
      break;
    case FieldKind.upgrade:
      framing.hasUpgrade = true;
      break;
    default:
  }
}

/** Digits only, below 2^64; Infinity from there on, NaN when it is no number. */
function contentLength(value: string): number {
  let length = 0;
  for (let i = 0; i < value.length; i++) {
    const digit = value.charCodeAt(i) - ZERO;
    if (digit < 0 || digit > 9) return Number.NaN;
    length = length * 10 + digit;
    if (length > 2 ** 64) return Number.POSITIVE_INFINITY;
  }
  if (value === '') return Number.NaN;
  // Up to here numbers are exact enough; only the last few below 2^64 need all their digits.
  return length < 2 ** 63 || BigInt(value) < 1n << 64n ? length : Number.POSITIVE_INFINITY;
}

/** What Envoy has read of a content-length when it finds it wrong: no digit is next, or one too many for 64 bits. */
function leadingNumber(value: string): bigint {
  let number = 0n;
  for (const character of value) {
    if (character < '0' || character > '9') break;
    const next = number * 10n + BigInt(character);
    if (next >= 1n << 64n) break;
    number = next;
  }
  return number;
}

/** Envoy looks for forbidden bytes in the whole block before anything else: they take the blame first. */
function blame(data: Buffer, start: number, end: number, error: ProtocolError): ProtocolError {
  return holdsForbidden(data, start, end) ? invalidCharacters() : error;
}
