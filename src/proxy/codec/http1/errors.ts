import { ProtocolError } from '../codec.ts';

/** Bytes that are no HTTP/1 at all: 400, `http1.codec_error`. */
export function codecError(what: string): ProtocolError {
  return new ProtocolError(`http/1.1 protocol error: ${what}`, 'http1.codec_error');
}

/** A client pipelines more than may be answered in one go: the connection ends without a further word. */
export function tooManyResponses(): ProtocolError {
  return new ProtocolError('Too many responses queued.', 'http1.response_flood', 0, '');
}

/** A byte no head may hold: 400, `http1.invalid_characters`. */
export function invalidCharacters(): ProtocolError {
  return new ProtocolError(
    'http/1.1 protocol error: header value contains invalid chars',
    'http1.invalid_characters',
  );
}

/** A head or trailers over the limit: 431. `what` is `headers` or `trailers`. */
export function headersTooLarge(what: string): ProtocolError {
  return new ProtocolError(
    `http/1.1 protocol error: ${what} size exceeds limit`,
    'http1.headers_too_large',
    431,
    'Request Header Fields Too Large',
  );
}

/** Too many fields: 431. */
export function tooManyHeaders(what: string): ProtocolError {
  return new ProtocolError(
    `http/1.1 protocol error: ${what} count exceeds limit`,
    'http1.too_many_headers',
    431,
    'Request Header Fields Too Large',
  );
}

/** A transfer coding other than chunked: 501. */
export function unsupportedTransferEncoding(): ProtocolError {
  return new ProtocolError(
    'http/1.1 protocol error: unsupported transfer encoding',
    'http1.invalid_transfer_encoding',
    501,
    'Not Implemented',
  );
}

/** Both ways of saying a body's length at once: 400. */
export function lengthAndTransferEncoding(): ProtocolError {
  return new ProtocolError(
    "http/1.1 protocol error: both 'Content-Length' and 'Transfer-Encoding' are set.",
    'http1.content_length_and_chunked_not_allowed',
  );
}

/** Of a request refused for an underscore in a field's name. */
export const underscoreDetails = 'http1.unexpected_underscore';

/** A field's name with an underscore where those are refused: 400. */
export function unexpectedUnderscore(): ProtocolError {
  return new ProtocolError('http/1.1 protocol error: header name contains underscores', underscoreDetails);
}
