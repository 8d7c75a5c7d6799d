import type { envoy } from '../../bootstrap/api.generated.ts';
import { LabError } from '../../error.ts';

type ClusterConfig = envoy.config.cluster.v3.Cluster;
type HttpProtocolOptions = envoy.extensions.upstreams.http.v3.HttpProtocolOptions;

/** The extension that carries a cluster's HTTP options. */
const extension = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions';

/** What connections speak: `auto`: HTTP/2 or HTTP/1 as each upstream chooses by ALPN; `downstream`: as the client. */
export type UpstreamProtocol = 'http1' | 'http2' | 'auto' | 'downstream';

/** What a cluster says of the protocol of its connections, in the one way or the deprecated other. */
export interface Protocols {
  readonly protocol: UpstreamProtocol;
  readonly http1: envoy.config.core.v3.Http1ProtocolOptions | undefined;
  readonly http2: envoy.config.core.v3.Http2ProtocolOptions | undefined;
}

/** The cluster's HTTP options, when it has them. */
export function httpOptions(config: ClusterConfig): HttpProtocolOptions | undefined {
  return config.typed_extension_protocol_options?.[extension] as HttpProtocolOptions | undefined;
}

/** @throws LabError in Envoy's words for what excludes each other */
export function readProtocols(config: ClusterConfig): Protocols {
  const options = httpOptions(config);
  if (options === undefined) return readDeprecated(config);
  const { explicit_http_config: explicit, use_downstream_protocol_config: same, auto_config: auto } = options;
  const chosen = explicit ?? same ?? auto;
  return {
    protocol: protocolOf(options),
    http1: chosen?.http_protocol_options,
    http2: chosen?.http2_protocol_options,
  };
}

function protocolOf(options: HttpProtocolOptions): UpstreamProtocol {
  if (options.auto_config !== undefined) return 'auto';
  if (options.use_downstream_protocol_config !== undefined) return 'downstream';
  return options.explicit_http_config?.http2_protocol_options === undefined ? 'http1' : 'http2';
}

function readDeprecated(config: ClusterConfig): Protocols {
  const { http_protocol_options: http1, http2_protocol_options: http2, protocol_selection } = config;
  if (protocol_selection === 'USE_DOWNSTREAM_PROTOCOL') return { protocol: 'downstream', http1, http2 };
  if (http1 !== undefined && http2 !== undefined) {
    throw new LabError(
      'invalid',
      "cluster: Both HTTP1 and HTTP2 options may only be configured with non-default 'protocol_selection' values",
    );
  }
  return { protocol: http2 === undefined ? 'http1' : 'http2', http1, http2 };
}

/** The protocols of ALPN a cluster's connections offer, the best first. */
export function alpnOf(protocol: UpstreamProtocol): readonly string[] {
  switch (protocol) {
    case 'http2':
      return ['h2'];
    case 'auto':
      return ['h2', 'http/1.1'];
    default:
      return ['http/1.1'];
  }
}
