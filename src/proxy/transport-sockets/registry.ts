import { rawBufferExtension, rawUpstreamExtension } from './raw-buffer.ts';
import { downstreamTlsExtension } from './tls/downstream.ts';
import { upstreamTlsExtension } from './tls/upstream.ts';
import type { DownstreamTransportExtension, UpstreamTransportExtension } from './transport-socket.ts';

/** All transport sockets of listeners. */
export const downstreamTransports: readonly DownstreamTransportExtension[] = [
  rawBufferExtension,
  downstreamTlsExtension,
];

/** All transport sockets of clusters. */
export const upstreamTransports: readonly UpstreamTransportExtension[] = [
  rawUpstreamExtension,
  upstreamTlsExtension,
];
