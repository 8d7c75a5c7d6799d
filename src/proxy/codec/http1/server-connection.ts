import type { HeaderFormat } from '../../http/header-format.ts';
import { HeaderMap, RequestHeaders } from '../../http/headers.ts';
import {
  ProtocolError,
  type RequestDecoder,
  type ResponseEncoder,
  type ServerConnection,
  type ServerConnectionCallbacks,
  type StreamResetReason,
} from '../codec.ts';
import type { BlockCollector } from './block-collector.ts';
import { sanitizeConnection } from './connection-field.ts';
import { tooManyResponses, underscoreDetails } from './errors.ts';
import { droppedTrailers, type FieldRules, Framing, readHead, readTrailers } from './field-lines.ts';
import { HeadMemo } from './head-memo.ts';
import { Http1Connection } from './http1-connection.ts';
import { Body } from './message-parser.ts';
import { MessageWriter } from './message-writer.ts';
import { type Http1ServerOptions, serverDefaults } from './options.ts';
import { readFormat } from './preserve-case.ts';
import { requestBody } from './request-body.ts';
import { RequestLine } from './request-line.ts';
import { applyTarget, isAuthority } from './request-target.ts';
import { ServerStream } from './server-stream.ts';

/** Envoy's protection from clients that ask on and on without reading. */
const maxQueued = 2;

/**
 * A downstream connection that speaks HTTP/1: Envoy's ServerConnectionImpl
 * (source/common/http/http1/codec_impl.cc) with its default parser.
 *
 * One request at a time: what the client pipelines is held, unparsed, until the present response is complete.
 */
export class Http1ServerConnection extends Http1Connection implements ServerConnection {
  protocol: 'HTTP/1.0' | 'HTTP/1.1' = 'HTTP/1.1';
  /** @internal for the stream's encoder. */
  readonly writer: MessageWriter;
  /** @internal the same. */
  readonly format: HeaderFormat | undefined;
  readonly #callbacks: ServerConnectionCallbacks;
  readonly #options: Http1ServerOptions;
  readonly #line = new RequestLine();
  readonly #framing = new Framing();
  readonly #rules: FieldRules;
  readonly #trailerRules: FieldRules;
  #stream: ServerStream | undefined;
  #decoder: RequestDecoder | undefined;
  #trailers: HeaderMap | undefined;
  /** Responses written since the present bytes came; what is written in one go, Envoy has not sent yet. */
  #queued = 0;
  readonly #memo = new HeadMemo();
  /** The head in hand has the fields of the one before: so many bytes. */
  #known = 0;

  constructor(callbacks: ServerConnectionCallbacks, options: Http1ServerOptions = serverDefaults) {
    super(callbacks, options.maxHeadersBytes);
    this.#callbacks = callbacks;
    this.#options = options;
    this.format = options.format;
    this.writer = new MessageWriter(callbacks);
    this.#rules = {
      maxHeadersCount: options.maxHeadersCount,
      underscores: options.headersWithUnderscoresAction,
      of: 'request',
    };
    this.#trailerRules = options.enableTrailers ? { ...this.#rules, of: 'trailers' } : droppedTrailers;
  }

  /** @internal */
  get enableTrailers(): boolean {
    return this.#options.enableTrailers;
  }

  onEnd(): void {
    this.#abandon('downstream_remote_disconnect');
    this.#callbacks.onClose();
  }

  onConnectionClosed(): void {
    this.#abandon('downstream_remote_disconnect');
  }

  stop(): void {
    this.closed = true;
  }

  protected override onDispatch(): void {
    this.#queued = 0;
  }

  onMessageBegin(): void {
    this.protocol = 'HTTP/1.1';
    this.#open();
    if (this.#queued >= (this.#options.maxQueuedResponses ?? maxQueued)) {
      this.#options.stats?.responseFlood.inc();
      throw tooManyResponses();
    }
  }

  onFirstLine(data: Buffer, start: number, end: number): boolean {
    this.#line.parse(data, start, end, this.#options.allowCustomMethods);
    return this.#line.bare;
  }

  knownFields(data: Buffer, at: number, end: number): number {
    this.#known = this.#memo.match(data, at, end);
    return this.#known;
  }

  onHead(head: BlockCollector): number {
    const line = this.#line;
    const framing = this.#framing;
    const { method } = line;
    const { data, start } = head;
    line.checkCharacters(data, start);
    let headers: RequestHeaders;
    if (this.#known > 0) {
      headers = new RequestHeaders(this.#memo.names, this.#memo.values);
      this.#memo.frame(framing);
    } else {
      headers = new RequestHeaders();
      this.#memo.keep(readHead(head, headers, framing, this.#rules), headers, framing);
    }
    this.#known = 0;
    const { preserveCase } = this.#options;
    if (preserveCase !== undefined) headers.format = readFormat(head, preserveCase, 'request');
    if (framing.dropped > 0) this.#options.stats?.droppedHeadersWithUnderscores.add(framing.dropped);

    this.protocol = line.http11 ? 'HTTP/1.1' : 'HTTP/1.0';
    const stream = this.#stream!;
    stream.setRequest(method, line.http11 || !this.#options.acceptHttp10);
    headers.method = method;
    headers.authority = framing.host;
    const body = requestBody(headers, method, framing, this.#options);
    if (body !== Body.raw && framing.hasConnection && !sanitizeConnection(headers)) {
      throw new ProtocolError('Invalid nominated headers in Connection.', 'http1.connection_header_rejected');
    }
    const target = data.toString('latin1', start + line.targetStart, start + line.targetEnd);
    applyTarget(headers, method, target, this.#options.allowAbsoluteUrl);
    if (!line.http11) this.#checkVersion(headers);
    if (headers.authority !== undefined && !isAuthority(headers.authority)) {
      throw new ProtocolError(
        'http/1.1 protocol error: request headers failed spec compliance checks',
        'http.invalid_authority',
      );
    }

    stream.remoteComplete = body === 0;
    this.#decoder!.decodeHeaders(headers, body === 0);
    return body;
  }

  #checkVersion(headers: RequestHeaders): void {
    if (!this.#options.acceptHttp10) {
      throw new ProtocolError(
        'Upgrade required for HTTP/1.0 or HTTP/0.9',
        'low_version',
        426,
        'Upgrade Required',
      );
    }
    if (headers.authority === undefined && this.#options.defaultHostForHttp10 !== '') {
      headers.authority = this.#options.defaultHostForHttp10;
    }
  }

  onTrailers(data: Buffer, start: number, end: number): void {
    const trailers = new HeaderMap();
    readTrailers(data, start, end, trailers, this.#trailerRules);
    if (this.#options.enableTrailers) this.#trailers = trailers;
  }

  onMessageComplete(): void {
    const stream = this.#stream;
    if (stream === undefined || stream.remoteComplete) return;
    stream.remoteComplete = true;
    const body = this.takeBody();
    const trailers = this.#trailers;
    if (trailers === undefined) {
      this.#decoder!.decodeData(body ?? noBytes, true);
      return;
    }
    this.#trailers = undefined;
    if (body !== undefined) this.#decoder!.decodeData(body, false);
    this.#decoder?.decodeTrailers(trailers);
  }

  protected deliverBody(data: Buffer, endStream: boolean): void {
    this.#decoder?.decodeData(data, endStream);
  }

  protected settle(): void {}

  protected mustWait(): boolean {
    return this.#stream?.remoteComplete === true;
  }

  protected fail(error: ProtocolError): void {
    if (this.#stream === undefined) this.#open();
    // As Envoy does: the answer has its body, even to HEAD.
    this.#stream!.forgetMethod();
    if (error.details === underscoreDetails)
      this.#options.stats?.requestsRejectedWithUnderscoresInHeaders.inc();
    this.#callbacks.onProtocolError(error);
  }

  /** @internal The response is out. `closes`: nothing may follow it. */
  onEncodeComplete(stream: ServerStream, closes: boolean): void {
    if (stream !== this.#stream) return;
    if (this.dispatching) this.#queued++;
    const early = !stream.remoteComplete;
    this.#stream = undefined;
    this.#decoder = undefined;
    this.releaseReads(stream.readDisables);
    if (early || closes || this.closed) {
      this.closed = true;
      this.#callbacks.onClose();
    } else {
      this.resumeNextMessage();
    }
  }

  /** @internal */
  onReset(stream: ServerStream): void {
    if (stream !== this.#stream) return;
    this.#stream = undefined;
    this.#decoder = undefined;
    this.closed = true;
    this.writer.flush();
    this.#callbacks.onClose();
  }

  /** @internal */
  setReadDisabled(disable: boolean): void {
    this.readDisable(disable);
  }

  #open(): void {
    this.#stream = new ServerStream(this);
    this.#trailers = undefined;
    this.#decoder = this.#callbacks.newStream(this.#stream as ResponseEncoder);
  }

  #abandon(details: string): void {
    const decoder = this.#decoder;
    const reason: StreamResetReason = 'connection-termination';
    this.closed = true;
    this.#stream = undefined;
    this.#decoder = undefined;
    this.writer.drop();
    decoder?.onReset(reason, details);
  }
}

const noBytes = Buffer.alloc(0);
