import { ProtocolError } from '../codec.ts';
import { ErrorCode } from './frame.ts';
import type { Flood } from './protocol-constraints.ts';

/** What nghttp2 says of a session that Envoy ended, whatever for. */
const callbackFailed = 'The user callback function failed';

/** The connection's end: nothing more is read. Only the present dispatch throws it. */
export class ConnectionFailure extends ProtocolError {
  /** Sent in a GOAWAY frame; undefined: nothing at all is sent. */
  readonly code: number | undefined;
  /** The text in that frame. */
  readonly debug: string;

  private constructor(message: string, code: number | undefined, debug: string, details: string) {
    super(message, details, 0, '');
    this.code = code;
    this.debug = debug;
  }

  /** The peer is told by GOAWAY. */
  static announced(code: number, debug = ''): ConnectionFailure {
    return new ConnectionFailure(callbackFailed, code, debug, 'protocol_error');
  }

  /** The peer is told nothing but the close, which is how Envoy's callbacks end a session. */
  static silent(message = callbackFailed): ConnectionFailure {
    return new ConnectionFailure(message, undefined, '', 'protocol_error');
  }

  static flood({ message }: Flood): ConnectionFailure {
    return new ConnectionFailure(message, undefined, '', 'flood');
  }
}

export function protocolError(debug: string): ConnectionFailure {
  return ConnectionFailure.announced(ErrorCode.protocolError, debug);
}

export function frameSizeError(debug = ''): ConnectionFailure {
  return ConnectionFailure.announced(ErrorCode.frameSizeError, debug);
}

export const tooManyContinuations = 'Too many CONTINUATION frames following a HEADER frame';

export const badPreface = 'Received bad client magic byte string';

/** `%RESPONSE_CODE_DETAILS%` of streams, as Envoy has them. */
export const details = {
  invalidField: 'http2.invalid.header.field',
  messaging: 'http2.violation.of.messaging.rule',
  tooManyHeaders: 'http2.too_many_headers',
  headersTooLarge: 'http2.header_list_size_too_large',
  underscore: 'http2.unexpected_underscore',
  remoteReset: 'http2.remote_reset',
  remoteRefused: 'http2.remote_refuse',
  unknown: 'http2.unknown.nghttp2.error',
} as const;
