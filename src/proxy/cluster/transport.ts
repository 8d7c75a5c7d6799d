import { rawUpstream } from '../transport-sockets/raw-buffer.ts';
import { upstreamTransports } from '../transport-sockets/registry.ts';
import type { UpstreamTransport, UpstreamTransportContext } from '../transport-sockets/transport-socket.ts';
import { findExtension, type TypedConfig } from '../typed-config.ts';
import type { ClusterConfig } from './discovery/discovery.ts';

/**
 * What a cluster's connections speak below their protocol: its `transport_socket`, else plain TCP.
 *
 * @throws LabError in Envoy's words for what it refuses
 */
export function createUpstreamTransport(
  { transport_socket }: ClusterConfig,
  context: UpstreamTransportContext,
): UpstreamTransport {
  if (transport_socket === undefined) return rawUpstream;
  const typed = transport_socket.typed_config as TypedConfig | undefined;
  return findExtension(upstreamTransports, transport_socket.name, typed).configure(typed ?? {}, context);
}
