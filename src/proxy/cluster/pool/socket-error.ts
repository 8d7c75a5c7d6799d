import { getSystemErrorMap } from 'node:util';

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

/** Linux's text for an errno name, such as `Connection refused`. */
export function strerror(error: NodeJS.ErrnoException): string {
  const known = wording[error.code ?? ''];
  if (known !== undefined) return known;
  return (error.errno === undefined ? undefined : getSystemErrorMap().get(error.errno)?.[1]) ?? error.message;
}
