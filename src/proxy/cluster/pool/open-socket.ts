import { connect, type OnReadOpts, type Socket } from 'node:net';
import type { SocketAddress } from '../../http/stream-info.ts';
import type { ClusterSettings } from '../settings.ts';

/**
 * Begins to connect. What the socket does not take at once it keeps; `write` says false when that is more than
 * the cluster's buffer limit. What comes goes to `onread`, and there are no `data` events then.
 */
export function openSocket(
  { address, port }: SocketAddress,
  settings: ClusterSettings,
  onread: OnReadOpts | undefined,
): Socket {
  const options = {
    allowHalfOpen: true,
    noDelay: true,
    writableHighWaterMark: settings.bufferLimit,
    ...(onread && { onread }),
  };
  if (address.startsWith('/') || address.startsWith('@')) {
    return connect({ ...options, path: address.replace(/^@/, '\0') });
  }
  const keepAlive = settings.keepalive !== undefined;
  return connect({
    ...options,
    host: address,
    port,
    keepAlive,
    keepAliveInitialDelay: settings.keepalive?.initialDelay ?? 0,
  });
}
