import type { HeaderMap, RequestHeaders, ResponseHeaders } from '../http/headers.ts';

/**
 * What a codec and the rest of the data plane say to each other: one stream of events per request, whatever the
 * protocol. Named as in Envoy (envoy/http/codec.h).
 */

/** Why a stream ended before its end. */
export type StreamResetReason =
  | 'local-reset'
  | 'local-refused-stream-reset'
  | 'remote-reset'
  | 'remote-refused-stream-reset'
  | 'connection-failure-remote'
  | 'connection-failure-local'
  | 'connection-timeout'
  | 'connection-termination'
  | 'overflow'
  /** The TCP connection of a CONNECT failed (RFC 9113 §8.5). */
  | 'connect-error'
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
export interface RequestDecoder extends StreamDecoder<RequestHeaders>, Partial<WatermarkCallbacks> {
  /** HTTP/2: the last of the response is on its way; until then the stream may still be reset. */
  onEncodeComplete?(): void;
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

/** Bytes of one stream on the wire, the headers of its frames included. */
export interface StreamBytes {
  readonly bytesReceived: number;
  readonly bytesSent: number;
  /** Of those, what header blocks took. */
  readonly headersReceived: number;
  readonly headersSent: number;
}

/** Sends one response. */
export interface ResponseEncoder extends StreamControl {
  /** Why the stream ends badly, as access logs say it; empty when the codec does not know. */
  readonly details?: string;
  /** What a codec of many streams counts; of HTTP/1 the connection is counted. */
  readonly wire?: StreamBytes;
  encode1xxHeaders(headers: ResponseHeaders): void;
  encodeHeaders(headers: ResponseHeaders, endStream: boolean): void;
  encodeData(data: Buffer, endStream: boolean): void;
  encodeTrailers(trailers: HeaderMap): void;
}

/** Sends one request. */
export interface RequestEncoder extends StreamControl {
  /** As {@link ResponseEncoder.wire}. */
  readonly wire?: StreamBytes;
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
   * Bytes for the peer. Of one response the codec makes as few calls as it can: a head without its body waits for it,
   * until the end of the tick at most. `more`: another call follows at once, whose bytes shall go with these.
   * True when the bytes are the codec's again: they are all in the kernel. Else they belong to the callee.
   */
  write(data: Buffer, more?: boolean): boolean;
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
  /** What ended streams still have to send waits for the peer's windows. */
  readonly wantsToWrite?: boolean;
  /** Tells the peer that the connection is about to end; of HTTP/1 its responses do. */
  shutdownNotice?(): void;
  /** Tells the peer that no further request is taken. */
  goAway?(): void;
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
  /** As {@link ServerConnectionCallbacks.write}. */
  write(data: Buffer, more?: boolean): boolean;
  /**
   * The stream is over: its last event was delivered, or `resetStream` was called. `reusable`: another request may
   * follow on this connection; false: close it. `whole`: request and response both went through to their end. A
   * stream that `onReset` was called on gets no such call.
   */
  onStreamComplete(reusable: boolean, whole: boolean): void;
  /** HTTP/1: a tunnel has ended at one end: close both ways, once what was written is sent, and call `onConnectionClosed`. */
  onTunnelEnd?(): void;
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
  /** 400, 431, 413, 426, 501 …; 0: nothing is answered. */
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
