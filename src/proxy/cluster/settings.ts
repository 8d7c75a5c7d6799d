import type { envoy } from '../../bootstrap/api.generated.ts';
import { clientDefaults, type Http1ClientOptions } from '../codec/http1/options.ts';
import { defaultThresholds, type Thresholds } from './circuit-breaker.ts';

type ClusterConfig = envoy.config.cluster.v3.Cluster;
type HttpProtocolOptions = envoy.extensions.upstreams.http.v3.HttpProtocolOptions;

/** The extension that carries a cluster's HTTP options. */
const httpProtocolOptions = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions';

/** TCP keepalive of upstream connections; ms. */
export interface Keepalive {
  readonly initialDelay: number;
}

/** What a cluster's config comes to, with Envoy's defaults; times in ms. */
export interface ClusterSettings {
  readonly name: string;
  readonly observabilityName: string;
  readonly connectTimeout: number;
  readonly lbPolicy: string;
  readonly choiceCount: number;
  readonly activeRequestBias: number;
  /** The runtime key that overrides it; empty: none. */
  readonly biasKey: string;
  /** Bytes that may wait to be written before the request's source is told to stop. */
  readonly bufferLimit: number;
  /** Undefined: no limit. */
  readonly maxRequestsPerConnection: number | undefined;
  /** Undefined: never. */
  readonly idleTimeout: number | undefined;
  readonly maxConnectionDuration: number | undefined;
  readonly keepalive: Keepalive | undefined;
  readonly thresholds: { readonly default: Thresholds; readonly high: Thresholds };
  /** Per cent. */
  readonly panicThreshold: number;
  readonly http1: Http1ClientOptions;
}

/** Envoy closes an idle upstream connection after an hour. */
const defaultIdleTimeout = 3_600_000;
const mebibyte = 1 << 20;

export function readSettings(config: ClusterConfig): ClusterSettings {
  const http = httpOptions(config);
  const common = http?.common_http_protocol_options ?? config.common_http_protocol_options;
  const maxRequests = common?.max_requests_per_connection ?? config.max_requests_per_connection;
  return {
    name: config.name,
    observabilityName: config.alt_stat_name || config.name,
    connectTimeout: config.connect_timeout ?? 5000,
    lbPolicy: config.lb_policy ?? 'ROUND_ROBIN',
    choiceCount: config.least_request_lb_config?.choice_count ?? 2,
    activeRequestBias: config.least_request_lb_config?.active_request_bias?.default_value ?? 1,
    biasKey: config.least_request_lb_config?.active_request_bias?.runtime_key ?? '',
    bufferLimit: (config.per_connection_buffer_limit_bytes ?? mebibyte) || Number.MAX_SAFE_INTEGER,
    maxRequestsPerConnection: maxRequests || undefined,
    idleTimeout: (common?.idle_timeout ?? defaultIdleTimeout) || undefined,
    maxConnectionDuration: common?.max_connection_duration || undefined,
    keepalive: readKeepalive(config.upstream_connection_options?.tcp_keepalive),
    thresholds: {
      default: readThresholds(config.circuit_breakers, 'DEFAULT'),
      high: readThresholds(config.circuit_breakers, 'HIGH'),
    },
    http1: readHttp1(
      http?.explicit_http_config?.http_protocol_options ?? config.http_protocol_options,
      common,
    ),
    panicThreshold: config.common_lb_config?.healthy_panic_threshold?.value ?? 50,
  };
}

/** The cluster's HTTP options, when it has them. */
export function httpOptions(config: ClusterConfig): HttpProtocolOptions | undefined {
  const options = config.typed_extension_protocol_options?.[httpProtocolOptions];
  return options as HttpProtocolOptions | undefined;
}

function readHttp1(
  options: envoy.config.core.v3.Http1ProtocolOptions | undefined,
  common: envoy.config.core.v3.HttpProtocolOptions | undefined,
): Http1ClientOptions {
  const headersKb = common?.max_response_headers_kb;
  return {
    maxHeadersCount: common?.max_headers_count ?? clientDefaults.maxHeadersCount,
    maxHeadersBytes: headersKb === undefined ? clientDefaults.maxHeadersBytes : headersKb * 1024,
    enableTrailers: options?.enable_trailers ?? clientDefaults.enableTrailers,
    allowChunkedLength: options?.allow_chunked_length ?? clientDefaults.allowChunkedLength,
  };
}

/** Linux's own default for the first probe. */
const systemKeepaliveTime = 7200;

function readKeepalive(config: envoy.config.core.v3.TcpKeepalive | undefined): Keepalive | undefined {
  return config && { initialDelay: (config.keepalive_time ?? systemKeepaliveTime) * 1000 };
}

function readThresholds(
  breakers: envoy.config.cluster.v3.CircuitBreakers | undefined,
  priority: 'DEFAULT' | 'HIGH',
): Thresholds {
  const found = breakers?.thresholds?.find((one) => (one.priority ?? 'DEFAULT') === priority);
  return {
    maxConnections: found?.max_connections ?? defaultThresholds.maxConnections,
    maxPendingRequests: found?.max_pending_requests ?? defaultThresholds.maxPendingRequests,
    maxRequests: found?.max_requests ?? defaultThresholds.maxRequests,
    maxRetries: found?.max_retries ?? defaultThresholds.maxRetries,
  };
}
