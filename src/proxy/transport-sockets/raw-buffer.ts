import type {
  DownstreamTransport,
  DownstreamTransportExtension,
  UpstreamTransport,
  UpstreamTransportExtension,
} from './transport-socket.ts';

const name = 'envoy.transport_sockets.raw_buffer';
const type = 'envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer';
const supported = { [type]: {} };

/** Plain TCP. */
export const rawBuffer: DownstreamTransport = {
  encrypted: false,
  certificates: [],
  wrap(socket, events) {
    events.onReady(undefined);
    return socket;
  },
};

/** Plain TCP towards an upstream. */
export const rawUpstream: UpstreamTransport = {
  encrypted: false,
  certificates: [],
  connect(socket, _host, onReady) {
    socket.once('connect', () => onReady(undefined));
    return { socket, failure: () => '' };
  },
};

export const rawBufferExtension: DownstreamTransportExtension = {
  name,
  type,
  supported,
  configure: () => rawBuffer,
};

export const rawUpstreamExtension: UpstreamTransportExtension = {
  name,
  type,
  supported,
  configure: () => rawUpstream,
};
