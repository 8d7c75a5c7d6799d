/**
 * BoringSSL's number for each reason (openssl/ssl.h), by the name OpenSSL has too. Those of an alert that came are 1000 and
 * its code.
 */
const reasons: Readonly<Record<string, number>> = {
  BAD_DECRYPT: 101,
  CERTIFICATE_VERIFY_FAILED: 125,
  DECODE_ERROR: 137,
  DECRYPTION_FAILED_OR_BAD_RECORD_MAC: 139,
  HANDSHAKE_FAILURE_ON_CLIENT_HELLO: 154,
  HTTPS_PROXY_REQUEST: 155,
  HTTP_REQUEST: 156,
  NO_SHARED_CIPHER: 184,
  PEER_DID_NOT_RETURN_A_CERTIFICATE: 192,
  UNEXPECTED_MESSAGE: 223,
  UNKNOWN_PROTOCOL: 234,
  UNSUPPORTED_PROTOCOL: 240,
  WRONG_CIPHER_RETURNED: 242,
  WRONG_CURVE: 245,
  WRONG_SIGNATURE_TYPE: 245,
  WRONG_VERSION_NUMBER: 247,
  NO_COMMON_SIGNATURE_ALGORITHMS: 253,
  NO_SHARED_GROUP: 266,
  KEY_USAGE_BIT_INCORRECT: 302,
  TLSV1_ALERT_NO_APPLICATION_PROTOCOL: 1120,
  SSLV3_ALERT_CLOSE_NOTIFY: 1000,
  SSLV3_ALERT_UNEXPECTED_MESSAGE: 1010,
  SSLV3_ALERT_BAD_RECORD_MAC: 1020,
  TLSV1_ALERT_RECORD_OVERFLOW: 1022,
  SSLV3_ALERT_HANDSHAKE_FAILURE: 1040,
  SSLV3_ALERT_BAD_CERTIFICATE: 1042,
  SSLV3_ALERT_UNSUPPORTED_CERTIFICATE: 1043,
  SSLV3_ALERT_CERTIFICATE_REVOKED: 1044,
  SSLV3_ALERT_CERTIFICATE_EXPIRED: 1045,
  SSLV3_ALERT_CERTIFICATE_UNKNOWN: 1046,
  SSLV3_ALERT_ILLEGAL_PARAMETER: 1047,
  TLSV1_ALERT_UNKNOWN_CA: 1048,
  TLSV1_ALERT_ACCESS_DENIED: 1049,
  TLSV1_ALERT_DECODE_ERROR: 1050,
  TLSV1_ALERT_DECRYPT_ERROR: 1051,
  TLSV1_ALERT_PROTOCOL_VERSION: 1070,
  TLSV1_ALERT_INSUFFICIENT_SECURITY: 1071,
  TLSV1_ALERT_INTERNAL_ERROR: 1080,
  TLSV1_ALERT_INAPPROPRIATE_FALLBACK: 1086,
  TLSV1_ALERT_USER_CANCELLED: 1090,
  TLSV1_ALERT_UNSUPPORTED_EXTENSION: 1110,
  TLSV1_ALERT_UNRECOGNIZED_NAME: 1112,
  TLSV1_ALERT_CERTIFICATE_REQUIRED: 1116,
};

/** Where BoringSSL has another name for the same. */
const renamed: Readonly<Record<string, string>> = {
  TLSV13_ALERT_CERTIFICATE_REQUIRED: 'TLSV1_ALERT_CERTIFICATE_REQUIRED',
  TLSV1_UNRECOGNIZED_NAME: 'TLSV1_ALERT_UNRECOGNIZED_NAME',
  TLSV1_UNSUPPORTED_EXTENSION: 'TLSV1_ALERT_UNSUPPORTED_EXTENSION',
  NO_SHARED_SIGNATURE_ALGORITHMS: 'NO_COMMON_SIGNATURE_ALGORITHMS',
  NO_SUITABLE_SIGNATURE_ALGORITHM: 'NO_COMMON_SIGNATURE_ALGORITHMS',
  PACKET_LENGTH_TOO_LONG: 'WRONG_VERSION_NUMBER',
  NO_APPLICATION_PROTOCOL: 'TLSV1_ALERT_NO_APPLICATION_PROTOCOL',
};

/** The number of ERR_LIB_SSL, in the place where an error's library stands. */
const sslLibrary = 16 * 2 ** 24;

/** Envoy's text of a certificate that is not accepted; `detail` is what follows `verify cert failed: `. */
export function verifyFailureText(detail: string): string {
  return `TLS_error:|${entry('CERTIFICATE_VERIFY_FAILED')}:verify cert failed: ${detail}:TLS_error_end`;
}

/** The same where there is nothing to verify it by, and names are asked of it all the same. */
export const unverifiableText = `TLS_error:|${entry('CERTIFICATE_VERIFY_FAILED')}:TLS_error_end`;

/** What Envoy says of a name that is too long for SNI (RFC 1035, 2.3.4). */
export const serverNameFailureText =
  'Failed to create upstream TLS due to failure setting SNI: error:100000d5:SSL routines:OPENSSL_internal:SSL3_EXT_INVALID_SERVERNAME';

/** The same of a client that has none and must. */
export const noCertificateText =
  'TLS_error:|268435648:SSL routines:OPENSSL_internal:PEER_DID_NOT_RETURN_A_CERTIFICATE:peer did not provide required client certificate:TLS_error_end';

/** The same of a certificate that may not be used for what a handshake takes it for. */
export const keyUsageFailureText = `TLS_error:|${entry('KEY_USAGE_BIT_INCORRECT')}:TLS_error_end`;

/** Length of an alert as a record of its own, not encrypted. */
const alertLength = 7;

/**
 * Envoy's text of a handshake that failed: `%UPSTREAM_TRANSPORT_FAILURE_REASON%`, `%DOWNSTREAM_TRANSPORT_FAILURE_REASON%`.
 * Empty for what is no error of TLS: to Envoy that is a connection that closed.
 *
 * @param side which one we are
 * @param received how many bytes the peer has sent
 */
export function handshakeFailureText(
  error: NodeJS.ErrnoException | undefined,
  side: 'client' | 'server',
  received: number,
): string {
  const code = error?.code ?? '';
  if (code === 'ECONNRESET' && error?.errno !== undefined) {
    return 'TLS_error:|33554536:system library:OPENSSL_internal:Connection reset by peer:TLS_error_end';
  }
  if (!isTlsError(error)) return '';
  const name = code.slice('ERR_SSL_'.length);
  const reason = renamed[name] ?? name;
  const entries = [entry(reason)];
  // BoringSSL adds what the alert means to a client that has heard nothing else.
  if (side === 'client' && reason === 'SSLV3_ALERT_HANDSHAKE_FAILURE' && received <= alertLength) {
    entries.push(entry('HANDSHAKE_FAILURE_ON_CLIENT_HELLO'));
  }
  return `TLS_error:|${entries.join('|')}:TLS_error_end`;
}

/** Whether OpenSSL ended a handshake, and not the network. */
export function isTlsError(error: NodeJS.ErrnoException | undefined): boolean {
  return error?.code?.startsWith('ERR_SSL_') ?? false;
}

function entry(reason: string): string {
  return `${sslLibrary + (reasons[reason] ?? 0)}:SSL routines:OPENSSL_internal:${reason}`;
}
