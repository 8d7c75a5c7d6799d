import type { DownstreamTransport, DownstreamTransportExtension } from './transport-socket.ts';

/** Plain TCP. */
export const rawBuffer: DownstreamTransport = {
  encrypted: false,
  certificates: [],
  wrap(socket, onReady) {
    onReady(undefined);
    return socket;
  },
};

export const rawBufferExtension: DownstreamTransportExtension = {
  name: 'envoy.transport_sockets.raw_buffer',
  type: 'envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer',
  supported: { 'envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer': {} },
  configure: () => rawBuffer,
};
