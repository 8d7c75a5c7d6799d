/**
 * What is known of one request from first byte to access log: Envoy's StreamInfo (envoy/stream_info/stream_info.h).
 * Times are milliseconds of `performance.now()`, undefined until they happen; byte counts are of bodies.
 */

/** An address and port as text without brackets, `127.0.0.1` and 8080; a pipe has its path and port 0. */
export interface SocketAddress {
  readonly address: string;
  readonly port: number;
}

/** What a certificate says of itself; hashes and serial numbers in hexadecimal, times in ms since the epoch. */
export interface CertificateFacts {
  /** As RFC 2253 writes it. */
  readonly subject: string;
  readonly issuer: string;
  readonly serial: string;
  /** Of the whole certificate. */
  readonly sha256: string;
  readonly sha1: string;
  readonly pem: string;
  readonly validFrom: number;
  readonly validTo: number;
  /** Subject alternative names in order; `type` as SubjectAltNameMatcher has it. */
  readonly names: readonly { readonly type: string; readonly value: string }[];
  /** It, and what its owner sent with it. */
  readonly chain: readonly CertificateFacts[];
}

/** TLS facts of a connection, for access logs and headers. */
export interface TlsInfo {
  readonly version: string;
  readonly cipher: string;
  /** Of the key exchange: `X25519`. */
  readonly group?: string | undefined;
  readonly serverName: string | undefined;
  readonly alpn: string | undefined;
  /** In hexadecimal. */
  readonly sessionId?: string | undefined;
  /** The certificate the peer showed. */
  readonly peer?: CertificateFacts | undefined;
  /** Whose signature is on that. */
  readonly peerIssuer?: CertificateFacts | undefined;
  /** The one we showed. */
  readonly own?: CertificateFacts | undefined;
  /** The peer's was asked for, and found good. */
  readonly peerValidated?: boolean;
}

/** Facts of the downstream connection that all its requests share. */
export interface ConnectionInfo {
  readonly id: number;
  /** The listener's side: where the client meant to go. */
  readonly local: SocketAddress;
  /** The listener's side, as the socket says; the same as `local` when undefined. */
  readonly directLocal?: SocketAddress | undefined;
  /** The peer, as the socket says. */
  readonly directRemote: SocketAddress;
  /** The same, after PROXY protocol had its say. */
  readonly peer?: SocketAddress;
  /** The client, after x-forwarded-for or PROXY protocol had their say. */
  remote: SocketAddress;
  readonly tls: TlsInfo | undefined;
  /** `%DOWNSTREAM_TRANSPORT_FAILURE_REASON%`: why there was no handshake. */
  readonly transportFailure?: string | undefined;
  /** The name in the ClientHello, where a listener filter looked. */
  readonly requestedServerName?: string | undefined;
  /** `%LISTENER_NAME%`. */
  readonly listenerName?: string | undefined;
  /** `%FILTER_CHAIN_NAME%`. */
  readonly filterChainName?: string | undefined;
}

/** Facts of the upstream attempt that served (or failed) the request. */
export interface UpstreamInfo {
  cluster: string;
  host: SocketAddress | undefined;
  local: SocketAddress | undefined;
  hostname: string | undefined;
  protocol: 'HTTP/1.0' | 'HTTP/1.1' | 'HTTP/2' | undefined;
  /** `%UPSTREAM_TRANSPORT_FAILURE_REASON%`. */
  transportFailure: string | undefined;
  attempts: number;
  /** `%UPSTREAM_CONNECTION_ID%`; unset until there is a connection. */
  connectionId?: number;
  /** `%UPSTREAM_DETECTED_CLOSE_TYPE%` where a connection's end is known. */
  closeType?: string;
  /** `%UPSTREAM_LOCAL_CLOSE_REASON%`. */
  localCloseReason?: string;
  /** Of that connection. */
  tls?: TlsInfo | undefined;
}

/** Of a request that has not met a host yet. */
export function newUpstreamInfo(cluster: string): UpstreamInfo {
  return {
    cluster,
    host: undefined,
    local: undefined,
    hostname: undefined,
    protocol: undefined,
    transportFailure: undefined,
    attempts: 0,
  };
}

/** Bytes of an upstream attempt on the wire; of headers without first line and last line end. */
export interface UpstreamMeter {
  readonly wireBytesSent: number;
  readonly wireBytesReceived: number;
  readonly headerBytesSent: number;
  readonly headerBytesReceived: number;
}

/** Envoy's response flags in Envoy's own order; the value is what `%RESPONSE_FLAGS%` prints. */
export const responseFlags = [
  'LH',
  'UH',
  'UT',
  'LR',
  'UR',
  'UF',
  'UC',
  'UO',
  'NR',
  'DI',
  'FI',
  'RL',
  'UAEX',
  'RLSE',
  'DC',
  'URX',
  'SI',
  'IH',
  'DPE',
  'UMSDR',
  'RFCF',
  'NFCF',
  'DT',
  'UPE',
  'NC',
  'OM',
  'DF',
  'DO',
  'DR',
] as const;
export type ResponseFlag = (typeof responseFlags)[number];

export class StreamInfo {
  readonly connection: ConnectionInfo;
  /** ms since the epoch. */
  readonly startTime: number;
  readonly start: number;
  protocol: 'HTTP/1.0' | 'HTTP/1.1' | 'HTTP/2' | undefined;
  responseCode: number | undefined;
  responseCodeDetails: string | undefined;
  connectionTerminationDetails: string | undefined;
  /** `%DOWNSTREAM_DETECTED_CLOSE_TYPE%`, `%DOWNSTREAM_LOCAL_CLOSE_REASON%` where a connection's end is known. */
  closeType: string | undefined;
  localCloseReason: string | undefined;
  readonly flags = new Set<ResponseFlag>();
  routeName = '';
  virtualHost: string | undefined;
  bytesReceived = 0;
  bytesSent = 0;
  /** Bytes on the downstream wire, headers and framing included. */
  wireBytesReceived = 0;
  wireBytesSent = 0;
  /** Counts what went to and came from the upstream, as long as it lasts. */
  upstreamMeter: UpstreamMeter | undefined;
  /** Header bytes on the downstream wire, names and values with their separators. */
  requestHeaderBytes = 0;
  responseHeaderBytes = 0;
  upstream: UpstreamInfo | undefined;
  requestId: string | undefined;
  lastDownstreamRx: number | undefined;
  firstUpstreamTx: number | undefined;
  lastUpstreamTx: number | undefined;
  firstUpstreamRx: number | undefined;
  lastUpstreamRx: number | undefined;
  firstDownstreamTx: number | undefined;
  lastDownstreamTx: number | undefined;
  /** When the stream was over. */
  end: number | undefined;
  readonly metadata = new Map<string, Record<string, unknown>>();

  constructor(connection: ConnectionInfo, startTime: number, start: number) {
    this.connection = connection;
    this.startTime = startTime;
    this.start = start;
  }
}
