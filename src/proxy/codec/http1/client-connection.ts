import type { HeaderFormat } from '../../http/header-format.ts';
import { HeaderMap, ResponseHeaders } from '../../http/headers.ts';
import type {
  ClientConnection,
  ClientConnectionCallbacks,
  ProtocolError,
  RequestEncoder,
  ResponseDecoder,
  StreamResetReason,
} from '../codec.ts';
import type { BlockCollector } from './block-collector.ts';
import { ClientStream } from './client-stream.ts';
import { closesConnection } from './connection-field.ts';
import { codecError } from './errors.ts';
import { droppedTrailers, type FieldRules, Framing, readHead, readTrailers } from './field-lines.ts';
import { HeadMemo } from './head-memo.ts';
import { Http1Connection } from './http1-connection.ts';
import { Body } from './message-parser.ts';
import { MessageWriter } from './message-writer.ts';
import { clientDefaults, type Http1ClientOptions } from './options.ts';
import { readFormat } from './preserve-case.ts';
import { responseBody } from './response-body.ts';
import { StatusLine } from './status-line.ts';

/**
 * An upstream connection that speaks HTTP/1: Envoy's ClientConnectionImpl
 * (source/common/http/http1/codec_impl.cc) with its default parser. One request at a time, no pipelining.
 */
export class Http1ClientConnection extends Http1Connection implements ClientConnection {
  /** Of the last response. */
  protocol: 'HTTP/1.0' | 'HTTP/1.1' = 'HTTP/1.1';
  /** @internal for the stream's encoder. */
  readonly writer: MessageWriter;
  /** @internal the same. */
  readonly format: HeaderFormat | undefined;
  /** @internal the same. */
  readonly sendFullyQualifiedUrl: boolean;
  readonly #callbacks: ClientConnectionCallbacks;
  readonly #options: Http1ClientOptions;
  readonly #line = new StatusLine();
  readonly #framing = new Framing();
  readonly #rules: FieldRules;
  readonly #trailerRules: FieldRules;
  #stream: ClientStream | undefined;
  #trailers: HeaderMap | undefined;
  readonly #memo = new HeadMemo();
  /** The head in hand has the fields of the one before: so many bytes. */
  #known = 0;
  /** The response in hand is 1xx: another head follows. */
  #interim = false;
  #ended = false;
  /** A response was delivered to its end in this dispatch. */
  #complete = false;
  /** And so was its request. */
  #whole = false;
  #closes = false;
  #raw = false;

  constructor(callbacks: ClientConnectionCallbacks, options: Http1ClientOptions = clientDefaults) {
    super(callbacks, options.maxHeadersBytes);
    this.#callbacks = callbacks;
    this.#options = options;
    this.format = options.format;
    this.sendFullyQualifiedUrl = options.sendFullyQualifiedUrl ?? false;
    this.writer = new MessageWriter(callbacks);
    this.#rules = { maxHeadersCount: options.maxHeadersCount, underscores: 'ALLOW', of: 'response' };
    this.#trailerRules = options.enableTrailers ? { ...this.#rules, of: 'trailers' } : droppedTrailers;
  }

  /** @internal */
  get enableTrailers(): boolean {
    return this.#options.enableTrailers;
  }

  newStream(decoder: ResponseDecoder): RequestEncoder {
    this.#stream = new ClientStream(this, decoder);
    this.#closes = false;
    return this.#stream;
  }

  onEnd(): void {
    if (this.closed) return;
    if (this.#stream?.method === 'CONNECT') {
      this.onTunnelEnd(this.#stream);
      return;
    }
    // What the connection became after an upgrade has no end of its own: it breaks off.
    if (this.parser.readsUntilClose && this.#stream !== undefined && !this.#raw) {
      this.#closes = true;
      this.onMessageComplete();
      this.settle(false);
      this.closed = true;
      return;
    }
    this.closed = true;
    if (this.parser.idle || this.#raw) this.onConnectionClosed('connection-termination');
    else this.fail(codecError('HPE_INVALID_EOF_STATE'));
  }

  onConnectionClosed(reason: StreamResetReason): void {
    const stream = this.#stream;
    this.closed = true;
    this.#stream = undefined;
    this.writer.drop();
    if (stream === undefined || stream.over) return;
    stream.over = true;
    stream.decoder.onReset(reason, '');
  }

  onMessageBegin(first: number): void {
    if (this.#stream === undefined) throw codecError('bytes from an upstream that was not asked');
    if (first !== 72) throw codecError('HPE_INVALID_CONSTANT');
  }

  onFirstLine(data: Buffer, start: number, end: number): boolean {
    this.#line.parse(data, start, end);
    return false;
  }

  knownFields(data: Buffer, at: number, end: number): number {
    this.#known = this.#memo.match(data, at, end);
    return this.#known;
  }

  onHead(head: BlockCollector): number {
    const { status, http11 } = this.#line;
    const framing = this.#framing;
    const stream = this.#stream!;
    this.#line.checkCharacters(head.data, head.start);
    let headers: ResponseHeaders;
    if (this.#known > 0) {
      headers = new ResponseHeaders(this.#memo.names, this.#memo.values);
      this.#memo.frame(framing);
    } else {
      headers = new ResponseHeaders();
      this.#memo.keep(readHead(head, headers, framing, this.#rules), headers, framing);
    }
    this.#known = 0;
    const { preserveCase } = this.#options;
    if (preserveCase !== undefined) headers.format = readFormat(head, preserveCase, 'response');
    headers.status = status;
    this.protocol = http11 ? 'HTTP/1.1' : 'HTTP/1.0';
    const body = responseBody(headers, stream, framing, this.#options);

    this.#interim = status >= 100 && status < 200 && status !== 101;
    if (this.#interim) {
      if (isKnown1xx(status)) stream.decoder.decode1xxHeaders(headers);
      return 0;
    }
    this.#closes = closesConnection(this.protocol, headers);
    if (this.#closes) this.#callbacks.onCloseNotice();
    this.#raw = body === Body.raw;
    this.#closes ||= body === Body.untilClose || this.#raw;
    this.#ended = body === 0;
    if (this.#ended) this.#end(stream);
    stream.decoder.decodeHeaders(headers, this.#ended);
    return body;
  }

  onTrailers(data: Buffer, start: number, end: number): void {
    const trailers = new HeaderMap();
    readTrailers(data, start, end, trailers, this.#trailerRules);
    if (this.#options.enableTrailers) this.#trailers = trailers;
  }

  onMessageComplete(): void {
    if (this.#interim) {
      this.#interim = false;
      return;
    }
    if (this.#ended) {
      this.#ended = false;
      return;
    }
    const stream = this.#stream;
    if (stream === undefined) return;
    const body = this.takeBody();
    const trailers = this.#trailers;
    this.#trailers = undefined;
    if (trailers === undefined) {
      this.#end(stream);
      stream.decoder.decodeData(body ?? noBytes, true);
      return;
    }
    if (body !== undefined) stream.decoder.decodeData(body, false);
    if (stream.over) return;
    this.#end(stream);
    stream.decoder.decodeTrailers(trailers);
  }

  /** The response's last event is about to be delivered: nothing can be done to its stream any more. */
  #end(stream: ClientStream): void {
    stream.over = true;
    this.#complete = true;
    this.#whole = stream.localComplete;
    this.#closes ||= !this.#whole;
    this.releaseReads(stream.readDisables);
  }

  /** After a complete response the connection is the owner's again, unless bytes follow that nobody asked for. */
  protected settle(more: boolean): void {
    if (!this.#complete) return;
    this.#complete = false;
    this.#stream = undefined;
    if (more || this.#closes) {
      this.closed = true;
      this.writer.drop();
    }
    this.#callbacks.onStreamComplete(!this.closed, this.#whole);
    if (more) this.#callbacks.onProtocolError(codecError('extraneous data after response complete'));
  }

  protected deliverBody(data: Buffer, endStream: boolean): void {
    if (this.#stream !== undefined && !this.#stream.over) this.#stream.decoder.decodeData(data, endStream);
  }

  protected mustWait(): boolean {
    return false;
  }

  protected fail(error: ProtocolError): void {
    const stream = this.#stream;
    this.#stream = undefined;
    this.writer.drop();
    this.#callbacks.onProtocolError(error);
    if (stream === undefined || stream.over) return;
    stream.over = true;
    stream.decoder.onReset('protocol-error', error.details);
  }

  /** @internal A tunnel ends with its connection: Envoy closes both ways at once. */
  onTunnelEnd(stream: ClientStream): void {
    if (stream !== this.#stream) return;
    this.writer.flush();
    this.#callbacks.onTunnelEnd?.();
  }

  /** @internal */
  onReset(stream: ClientStream): void {
    if (stream !== this.#stream) return;
    this.#stream = undefined;
    this.closed = true;
    this.writer.drop();
    this.#callbacks.onStreamComplete(false, false);
  }

  /** @internal */
  setReadDisabled(disable: boolean): void {
    this.readDisable(disable);
  }
}

/** Of other early answers Envoy says nothing to anybody. */
function isKnown1xx(status: number): boolean {
  return status === 100 || (status >= 102 && status <= 104);
}

const noBytes = Buffer.alloc(0);
