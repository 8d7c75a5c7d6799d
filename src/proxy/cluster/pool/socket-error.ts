import { getSystemErrorMap } from 'node:util';
import type { SocketAddress } from '../../http/stream-info.ts';
import { addressText } from '../host/endpoint.ts';

/** How the C library words the errors a connection attempt may end with (strerror(3), glibc). */
const wording: Readonly<Record<string, string>> = {
  EACCES: 'Permission denied',
  EADDRNOTAVAIL: 'Cannot assign requested address',
  ECONNREFUSED: 'Connection refused',
  ECONNRESET: 'Connection reset by peer',
  EHOSTUNREACH: 'No route to host',
  EINVAL: 'Invalid argument',
  EMFILE: 'Too many open files',
  ENETUNREACH: 'Network is unreachable',
  ENOENT: 'No such file or directory',
  EPERM: 'Operation not permitted',
  ETIMEDOUT: 'Connection timed out',
};

/** What connect(2) says at once on Linux, without a packet having left. */
const immediate = new Set([
  'EACCES',
  'EADDRNOTAVAIL',
  'EAFNOSUPPORT',
  'EINVAL',
  'EMFILE',
  'ENETUNREACH',
  'EPERM',
]);

/**
 * `%UPSTREAM_TRANSPORT_FAILURE_REASON%` of an attempt that failed. Envoy tells a failure of the call itself from
 * one that came later; of a pipe it is always the call.
 */
export function connectErrorText(error: NodeJS.ErrnoException, address: SocketAddress): string {
  const text = strerror(error);
  return address.port === 0 || immediate.has(error.code ?? '')
    ? `immediate connect error: ${text}|remote address:${addressText(address)}`
    : `delayed connect error: ${text}`;
}

/** Linux's text for an errno name, such as `Connection refused`. */
export function strerror(error: NodeJS.ErrnoException): string {
  const known = wording[error.code ?? ''];
  if (known !== undefined) return known;
  return (error.errno === undefined ? undefined : getSystemErrorMap().get(error.errno)?.[1]) ?? error.message;
}
