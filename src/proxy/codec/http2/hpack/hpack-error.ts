/**
 * A header block that breaks RFC 7541. Both sides' tables can no longer be the same, so the connection ends with
 * COMPRESSION_ERROR (RFC 9113 §4.3).
 */
export class HpackError extends Error {
  override readonly name = 'HpackError';
}
