import { HeaderMap } from '../../http/headers.ts';
import { tokenLower } from '../http1/characters.ts';
import type { FieldSink } from './hpack/decoder.ts';
import type { Http2Options } from './options.ts';

/** What was wrong with a head: of the first field that was. */
export type FieldFault = 'header' | 'messaging' | 'too-large' | 'too-many' | 'underscore';

/** Bytes no field value holds: controls but the tab, and DEL (RFC 9110 §5.5). */
export const badValue = /[\x00-\x08\x0a-\x1f\x7f]/;

const regularSeen = 1 << 30;

const longest = '9223372036854775807';

/** Digits, as many as there are, for what 63 bits hold: what nghttp2 takes for a length. */
function isLength(value: string): boolean {
  if (/^\d{1,18}$/.test(value)) return true;
  if (!/^\d+$/.test(value)) return false;
  const digits = value.replace(/^0+/, '');
  return digits.length < longest.length || (digits.length === longest.length && digits <= longest);
}

/**
 * Makes a header block's fields into a message's headers, or trailers, and holds them to RFC 9113 §8.2 the way nghttp2
 * does, by which Envoy reads HTTP/2. What is a request's or a response's own stands in its subclass.
 */
export abstract class MessageFields<H extends HeaderMap = HeaderMap> implements FieldSink {
  headers: H;
  trailers: HeaderMap | undefined;
  fault: FieldFault | undefined;
  /** -1: none was said. */
  contentLength = -1;
  /** Fields dropped for an underscore in their name. */
  dropped = 0;
  protected readonly options: Http2Options;
  /** Flags of the pseudo-header fields that came, in the subclass's own numbers below 2^30. */
  protected seen = 0;
  #cookies = '';
  #bytes = 0;
  #count = 0;

  constructor(options: Http2Options) {
    this.options = options;
    this.headers = this.newHeaders();
  }

  protected abstract newHeaders(): H;
  protected abstract pseudo(name: string, value: string): FieldFault | undefined;
  /** Whether a head has what it needs. */
  protected abstract complete(): boolean;

  /** A header block is about to be decoded; `trailers`: it follows a message's body. */
  begin(trailers: boolean): void {
    this.trailers = trailers ? new HeaderMap() : undefined;
    if (!trailers) this.headers = this.newHeaders();
    this.fault = undefined;
    this.contentLength = -1;
    this.dropped = 0;
    this.seen = 0;
    this.#cookies = '';
    this.#bytes = 0;
    this.#count = 0;
  }

  onField(name: string, value: string): void {
    if (this.fault !== undefined) return;
    if (name.charCodeAt(0) === 0x3a) {
      const misplaced = this.trailers !== undefined || this.seen >= regularSeen;
      this.fault = misplaced ? 'header' : this.pseudo(name, value);
      if (this.fault === undefined) this.#count++;
    } else {
      this.seen |= regularSeen;
      this.fault = this.#regular(name, value);
    }
    this.#bytes += name.length + value.length;
    if (this.fault !== undefined) return;
    if (this.#bytes > this.options.maxHeadersBytes) this.fault = 'too-large';
    else if (this.#count > this.options.maxHeadersCount) this.fault = 'too-many';
  }

  /** The block is complete: what only the whole tells. */
  end(): void {
    if (this.fault !== undefined) return;
    if (this.#cookies !== '') (this.trailers ?? this.headers).add('cookie', this.#cookies);
    if (this.trailers === undefined && !this.complete()) this.fault = 'messaging';
  }

  /** False when it came before. */
  protected once(flag: number): boolean {
    if ((this.seen & flag) !== 0) return false;
    this.seen |= flag;
    return true;
  }

  /** A `host` field; undefined: it is an ordinary one. `taken`: nothing more is done with it. */
  protected host(_value: string): FieldFault | 'taken' | undefined {
    return undefined;
  }

  /** A `content-length` of a head; `taken`: it goes no further. */
  protected length(value: string): FieldFault | 'taken' | undefined {
    if (this.contentLength !== -1 || !isLength(value)) return 'header';
    this.contentLength = Number(value);
    return undefined;
  }

  /** nghttp2 holds a length in trailers to what it holds one in a head to. */
  #anyLength(value: string): FieldFault | 'taken' | undefined {
    return this.trailers === undefined
      ? this.length(value)
      : MessageFields.prototype.length.call(this, value);
  }

  #regular(name: string, value: string): FieldFault | undefined {
    let underscore = false;
    if (name === '') return 'header';
    for (let i = 0; i < name.length; i++) {
      const c = name.charCodeAt(i);
      if (tokenLower[c] !== c) return 'header';
      if (c === 0x5f) underscore = true;
    }
    if (badValue.test(value)) return 'header';
    switch (name) {
      case 'host':
      case 'content-length': {
        const verdict = name === 'host' ? this.host(value) : this.#anyLength(value);
        if (verdict === 'taken') return undefined;
        if (verdict !== undefined) return verdict;
        break;
      }
      case 'connection':
      case 'keep-alive':
      case 'proxy-connection':
      case 'transfer-encoding':
      case 'upgrade':
        return 'header';
      case 'te':
        if (value.toLowerCase() !== 'trailers') return 'header';
        break;
      case 'cookie':
        this.#cookies = this.#cookies === '' ? value : `${this.#cookies}; ${value}`;
        return undefined;
      default:
    }
    if (underscore && this.options.headersWithUnderscoresAction !== 'ALLOW') {
      if (this.options.headersWithUnderscoresAction === 'REJECT_REQUEST') return 'underscore';
      this.dropped++;
      return undefined;
    }
    this.#count++;
    (this.trailers ?? this.headers).add(name, value);
    return undefined;
  }
}
