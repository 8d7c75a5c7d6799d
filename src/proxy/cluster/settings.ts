import type { envoy } from '../../bootstrap/api.generated.ts';
import { readFormatOptions } from '../codec/http1/format-config.ts';
import { clientDefaults, type Http1ClientOptions } from '../codec/http1/options.ts';
import { readHttp2Options } from '../codec/http2/config.ts';
import { type Http2Options, http2Defaults } from '../codec/http2/options.ts';
import { readIgnoredUpgrades } from '../route/match/ignored-upgrades.ts';
import { type AutoNames, readAutoNames } from './auto-names.ts';
import { type HashSettings, readHashSettings } from './balancer/hash-settings.ts';
import { defaultThresholds, type Thresholds } from './circuit-breaker.ts';
import { httpOptions, readProtocols, type UpstreamProtocol } from './upstream-protocol.ts';

type ClusterConfig = envoy.config.cluster.v3.Cluster;

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
  readonly hashing: HashSettings;
  /** Per cent. */
  readonly panicThreshold: number;
  readonly http1: Http1ClientOptions;
  readonly http2: Http2Options;
  /** What the connections speak, the same as the client's when `downstream`. */
  readonly protocol: UpstreamProtocol;
  /** Undefined: all requests call their upstream by the same names. */
  readonly autoNames: AutoNames | undefined;
}

/** Envoy closes an idle upstream connection after an hour. */
const defaultIdleTimeout = 3_600_000;
const mebibyte = 1 << 20;

export function readSettings(config: ClusterConfig): ClusterSettings {
  const http = httpOptions(config);
  const protocols = readProtocols(config);
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
    protocol: protocols.protocol,
    autoNames: readAutoNames(config),
    http1: readHttp1(protocols.http1, common),
    http2: readHttp2(protocols.http2, common),
    hashing: readHashSettings(config),
    panicThreshold: config.common_lb_config?.healthy_panic_threshold?.value ?? 50,
  };
}

function readHttp2(
  options: envoy.config.core.v3.Http2ProtocolOptions | undefined,
  common: envoy.config.core.v3.HttpProtocolOptions | undefined,
): Http2Options {
  return {
    ...http2Defaults,
    ...readHttp2Options(options),
    maxHeadersCount: common?.max_headers_count ?? http2Defaults.maxHeadersCount,
    maxHeadersBytes: (common?.max_response_headers_kb ?? 60) * 1024,
  };
}

function readHttp1(
  options: envoy.config.core.v3.Http1ProtocolOptions | undefined,
  common: envoy.config.core.v3.HttpProtocolOptions | undefined,
): Http1ClientOptions {
  const headersKb = common?.max_response_headers_kb;
  const ignoresUpgrade = readIgnoredUpgrades(options);
  return {
    maxHeadersCount: common?.max_headers_count ?? clientDefaults.maxHeadersCount,
    maxHeadersBytes: headersKb === undefined ? clientDefaults.maxHeadersBytes : headersKb * 1024,
    enableTrailers: options?.enable_trailers ?? clientDefaults.enableTrailers,
    allowChunkedLength: options?.allow_chunked_length ?? clientDefaults.allowChunkedLength,
    ...(options?.send_fully_qualified_url && { sendFullyQualifiedUrl: true }),
    ...readFormatOptions(options),
    ...(ignoresUpgrade && { ignoresUpgrade }),
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
