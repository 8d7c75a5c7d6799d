import { rawBufferExtension } from './raw-buffer.ts';
import { downstreamTlsExtension } from './tls/downstream.ts';
import type { DownstreamTransportExtension } from './transport-socket.ts';

/** All transport sockets of listeners. */
export const downstreamTransports: readonly DownstreamTransportExtension[] = [
  rawBufferExtension,
  downstreamTlsExtension,
];
