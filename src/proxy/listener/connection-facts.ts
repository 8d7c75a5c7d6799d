import type { SocketAddress } from '../http/stream-info.ts';

/**
 * What is known of an accepted connection before it has a filter chain: listener filters add to it, and the filter chain is
 * chosen by it. Envoy's ConnectionSocket (envoy/network/listen_socket.h).
 */
export interface ConnectionFacts {
  /** Where it was accepted. */
  readonly directLocal: SocketAddress;
  /** The peer, as the socket says. */
  readonly directRemote: SocketAddress;
  /** Where the client meant to go, and who it is: a PROXY header says so. */
  local: SocketAddress;
  remote: SocketAddress;
  /** `tls` or `raw_buffer`; empty: nobody has looked. */
  transportProtocol: string;
  /** The name in the ClientHello, in small letters; empty: none. */
  serverName: string;
  /** Those a ClientHello offers, or the one that the first bytes speak; undefined: nobody has looked, or there are none. */
  applicationProtocols: readonly string[] | undefined;
  /** What listener filters leave for those that come later: by namespace, then key. */
  metadata: Map<string, Record<string, unknown>> | undefined;
}

export function newFacts(local: SocketAddress, remote: SocketAddress): ConnectionFacts {
  return {
    directLocal: local,
    directRemote: remote,
    local,
    remote,
    transportProtocol: '',
    serverName: '',
    applicationProtocols: undefined,
    metadata: undefined,
  };
}
