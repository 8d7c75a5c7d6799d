import type { HeaderMap, RequestHeaders, ResponseHeaders } from '../http/headers.ts';

/**
 * What a codec and the rest of the data plane say to each other: one stream of events per request, whatever the
 * protocol. Named as in Envoy (envoy/http/codec.h).
 */

/** Why a stream ended before its end. */
export type StreamResetReason =
  | 'local-reset'
  | 'remote-reset'
  | 'connection-failure-remote'
  | 'connection-failure-local'
  | 'connection-timeout'
  | 'connection-termination'
  | 'overflow'
  | 'protocol-error';

/** Receives one message as it arrives. */
export interface StreamDecoder<H extends HeaderMap> {
  /** `endStream`: there is neither body nor trailers. */
  decodeHeaders(headers: H, endStream: boolean): void;
  /** `data` belongs to the receiver from now on. */
  decodeData(data: Buffer, endStream: boolean): void;
  decodeTrailers(trailers: HeaderMap): void;
}

/** A server's side: requests come in. */
export interface RequestDecoder extends StreamDecoder<RequestHeaders> {
  /**
   * The client went away before its response was complete. No more events follow. Not called for what this side
   * did itself (`resetStream`), nor for a protocol error (`ServerConnectionCallbacks.onProtocolError`).
   */
  onReset(reason: StreamResetReason, details: string): void;
}

/** A client's side: responses come in. */
export interface ResponseDecoder extends StreamDecoder<ResponseHeaders> {
  /** 1xx other than 101. */
  decode1xxHeaders(headers: ResponseHeaders): void;
  onReset(reason: StreamResetReason, details: string): void;
}

/** Told when what was written piles up (`above`) and when it has drained (`below`). */
export interface WatermarkCallbacks {
  onAboveWriteBufferHighWatermark(): void;
  onBelowWriteBufferLowWatermark(): void;
}

/** The connection-wide and per-stream controls both directions have. */
export interface StreamControl {
  /** Stop (true) or go on (false) reading this stream's message from the peer; calls nest. */
  readDisable(disable: boolean): void;
  /** Ends the stream at once; of HTTP/1 that closes the connection. */
  resetStream(reason: StreamResetReason): void;
}

/** Sends one response. */
export interface ResponseEncoder extends StreamControl {
  encode1xxHeaders(headers: ResponseHeaders): void;
  encodeHeaders(headers: ResponseHeaders, endStream: boolean): void;
  encodeData(data: Buffer, endStream: boolean): void;
  encodeTrailers(trailers: HeaderMap): void;
}

/** Sends one request. */
export interface RequestEncoder extends StreamControl {
  encodeHeaders(headers: RequestHeaders, endStream: boolean): void;
  encodeData(data: Buffer, endStream: boolean): void;
  encodeTrailers(trailers: HeaderMap): void;
}

/**
 * What the owner of a downstream connection gives its codec. The codec writes through `write` and never touches a
 * socket, so that a test drives it with bytes alone.
 */
export interface ServerConnectionCallbacks {
  /** A request starts (its first byte is here); the codec gives its encoder and takes the decoder. */
  newStream(encoder: ResponseEncoder): RequestDecoder;
  /**
   * Bytes for the peer; of a string each character is one byte (latin1). Of one response the codec makes as few
   * calls as it can: a head without its body waits for it, until the end of the tick at most.
   */
  write(data: Buffer | string): void;
  /**
   * The bytes broke the protocol. A stream is open, the newest one (opened for this when there was none): when it
   * has not begun its response, answer with the error's status and body through its encoder, else reset it. Its
   * decoder gets no more events and the codec reads no more; `onClose` follows the end of the answer.
   */
  onProtocolError(error: ProtocolError): void;
  /**
   * No stream is open and the connection must not be used again: close after what was written is flushed. HTTP/1
   * calls it after a response that ended before its request, or has no length but the connection's; after a reset;
   * and when the peer sent FIN. Whether `connection: close` in a response is acted on is the owner's to decide, with
   * `stop`. The owner may call `onConnectionClosed` meanwhile.
   */
  onClose(): void;
  /** Stop or go on reading the socket. */
  setReadEnabled(enabled: boolean): void;
}

/** A downstream connection's codec. */
export interface ServerConnection {
  /** Of the newest request, once its headers were delivered. */
  readonly protocol: 'HTTP/1.0' | 'HTTP/1.1' | 'HTTP/2';
  /** Bytes from the peer, split anywhere; they belong to the codec from now on. */
  dispatch(data: Buffer): void;
  /** The peer has sent FIN: to Envoy the end of the connection, so open streams are reset. */
  onEnd(): void;
  /** The transport is gone: every open stream is reset. */
  onConnectionClosed(): void;
  /** The owner closes the connection: nothing further is read, not even what has come already. */
  stop(): void;
}

/** An upstream connection's codec. */
export interface ClientConnection {
  /** Of the newest response, once its headers were delivered. */
  readonly protocol: 'HTTP/1.0' | 'HTTP/1.1' | 'HTTP/2';
  /** Starts a request; HTTP/1 allows one at a time. */
  newStream(decoder: ResponseDecoder): RequestEncoder;
  /** Bytes from the peer, split anywhere; they belong to the codec from now on. */
  dispatch(data: Buffer): void;
  /** The peer has sent FIN: ends a response that lasts until then, else resets the stream. */
  onEnd(): void;
  /** The transport is gone: the open stream is reset with this reason. */
  onConnectionClosed(reason: StreamResetReason): void;
}

export interface ClientConnectionCallbacks {
  write(data: Buffer | string): void;
  /**
   * The stream is over: its last event was delivered, or `resetStream` was called. `reusable`: another request may
   * follow on this connection; false: close it. `whole`: request and response both went through to their end. A
   * stream that `onReset` was called on gets no such call.
   */
  onStreamComplete(reusable: boolean, whole: boolean): void;
  /** The head of a response said that its connection ends with it (`connection: close`, HTTP/1.0). */
  onCloseNotice(): void;
  setReadEnabled(enabled: boolean): void;
  /**
   * The upstream broke the protocol, or spoke when it was not asked: close, and count it. When a stream is open its
   * `onReset('protocol-error', details)` is called next.
   */
  onProtocolError(error: ProtocolError): void;
}

/** A message that breaks HTTP: the status and body Envoy answers with and the details it logs. */
export class ProtocolError extends Error {
  /** 400, 431, 413, 426, 501 … */
  readonly status: number;
  /** `%RESPONSE_CODE_DETAILS%`, such as `http1.codec_error`. */
  readonly details: string;
  readonly body: string;

  constructor(message: string, details: string, status = 400, body = 'Bad Request') {
    super(message);
    this.status = status;
    this.details = details;
    this.body = body;
  }
}
