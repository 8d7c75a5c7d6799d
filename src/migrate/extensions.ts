import { extensionByName } from '../bootstrap/schema/extension.ts';

/** An extension of the v2 API's time. */
export interface KnownExtension {
  readonly category: string;
  /** Its name in v3. */
  readonly name: string;
  /** Its names before. */
  readonly old: readonly string[];
  /** Full name of the message that configures it. */
  readonly type: string;
  /** The message for one route or virtual host, where it takes one. */
  readonly perRoute?: string;
  /** The message for a cluster (`extension_protocol_options`), where it takes one. */
  readonly protocolOptions?: string;
}

const http = 'envoy.filters.http';
const network = 'envoy.filters.network';
const listener = 'envoy.filters.listener';

const httpFilter = (name: string, type: string, old: readonly string[] = [], perRoute?: string) =>
  row(
    http,
    name,
    type,
    old,
    perRoute === undefined ? {} : { perRoute: `envoy.extensions.filters.http.${perRoute}` },
  );
const networkFilter = (name: string, type: string, old: readonly string[] = []) =>
  row(network, name, type, old);
const listenerFilter = (name: string, type: string) => row(listener, name, type, [`envoy.listener.${name}`]);

function row(
  category: string,
  name: string,
  type: string,
  old: readonly string[],
  more: Pick<KnownExtension, 'perRoute' | 'protocolOptions'> = {},
): KnownExtension {
  return {
    category,
    name: `${category}.${name}`,
    old,
    type: `envoy.extensions.${category.slice(6)}.${type}`,
    ...more,
  };
}

const tls = (side: 'upstream' | 'downstream', message: string): KnownExtension => ({
  category: `envoy.transport_sockets.${side}`,
  name: 'envoy.transport_sockets.tls',
  old: ['tls'],
  type: `envoy.extensions.transport_sockets.tls.v3.${message}`,
});
const rawBuffer = (side: 'upstream' | 'downstream'): KnownExtension => ({
  category: `envoy.transport_sockets.${side}`,
  name: 'envoy.transport_sockets.raw_buffer',
  old: ['raw_buffer'],
  type: 'envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer',
});
const accessLog = (name: string, type: string, old: string): KnownExtension => ({
  category: 'envoy.access_loggers',
  name: `envoy.access_loggers.${name}`,
  old: [old],
  type: `envoy.extensions.access_loggers.${type}`,
});
const statsSink = (name: string, type: string, ...old: readonly string[]): KnownExtension => ({
  category: 'envoy.stats_sinks',
  name: `envoy.stat_sinks.${name}`,
  old,
  type: `envoy.config.metrics.v3.${type}`,
});
const tracer = (name: string, type: string, ...old: readonly string[]): KnownExtension => ({
  category: 'envoy.tracers',
  name: `envoy.tracers.${name}`,
  old,
  type: `envoy.config.trace.v3.${type}`,
});

/**
 * Extensions that v2 configs name and that Envoy still has, with what their `config` is a message of. Sources: the
 * well-known names of Envoy 1.14's source/extensions, and the list of old names in its docs (deprecated in 1.14.0).
 */
export const knownExtensions: readonly KnownExtension[] = [
  httpFilter('adaptive_concurrency', 'adaptive_concurrency.v3.AdaptiveConcurrency'),
  httpFilter('aws_lambda', 'aws_lambda.v3.Config', [], 'aws_lambda.v3.PerRouteConfig'),
  httpFilter('aws_request_signing', 'aws_request_signing.v3.AwsRequestSigning'),
  httpFilter('buffer', 'buffer.v3.Buffer', ['envoy.buffer'], 'buffer.v3.BufferPerRoute'),
  httpFilter('cache', 'cache.v3.CacheConfig'),
  httpFilter('cors', 'cors.v3.Cors', ['envoy.cors']),
  httpFilter('csrf', 'csrf.v3.CsrfPolicy', ['envoy.csrf'], 'csrf.v3.CsrfPolicy'),
  httpFilter(
    'dynamic_forward_proxy',
    'dynamic_forward_proxy.v3.FilterConfig',
    [],
    'dynamic_forward_proxy.v3.PerRouteConfig',
  ),
  httpFilter('ext_authz', 'ext_authz.v3.ExtAuthz', ['envoy.ext_authz'], 'ext_authz.v3.ExtAuthzPerRoute'),
  httpFilter('fault', 'fault.v3.HTTPFault', ['envoy.fault'], 'fault.v3.HTTPFault'),
  httpFilter('grpc_http1_bridge', 'grpc_http1_bridge.v3.Config', ['envoy.grpc_http1_bridge']),
  httpFilter(
    'grpc_http1_reverse_bridge',
    'grpc_http1_reverse_bridge.v3.FilterConfig',
    [],
    'grpc_http1_reverse_bridge.v3.FilterConfigPerRoute',
  ),
  httpFilter(
    'grpc_json_transcoder',
    'grpc_json_transcoder.v3.GrpcJsonTranscoder',
    ['envoy.grpc_json_transcoder'],
    'grpc_json_transcoder.v3.GrpcJsonTranscoder',
  ),
  httpFilter('grpc_stats', 'grpc_stats.v3.FilterConfig'),
  httpFilter('grpc_web', 'grpc_web.v3.GrpcWeb', ['envoy.grpc_web']),
  httpFilter('header_to_metadata', 'header_to_metadata.v3.Config', [], 'header_to_metadata.v3.Config'),
  httpFilter('health_check', 'health_check.v3.HealthCheck', ['envoy.health_check']),
  httpFilter('ip_tagging', 'ip_tagging.v3.IPTagging', ['envoy.ip_tagging']),
  httpFilter('jwt_authn', 'jwt_authn.v3.JwtAuthentication', [], 'jwt_authn.v3.PerRouteConfig'),
  httpFilter('lua', 'lua.v3.Lua', ['envoy.lua'], 'lua.v3.LuaPerRoute'),
  httpFilter('on_demand', 'on_demand.v3.OnDemand'),
  httpFilter('original_src', 'original_src.v3.OriginalSrc'),
  httpFilter('ratelimit', 'ratelimit.v3.RateLimit', ['envoy.rate_limit'], 'ratelimit.v3.RateLimitPerRoute'),
  httpFilter('rbac', 'rbac.v3.RBAC', [], 'rbac.v3.RBACPerRoute'),
  httpFilter('router', 'router.v3.Router', ['envoy.router']),
  httpFilter('tap', 'tap.v3.Tap'),

  networkFilter('direct_response', 'direct_response.v3.Config'),
  networkFilter('dubbo_proxy', 'dubbo_proxy.v3.DubboProxy'),
  networkFilter('echo', 'echo.v3.Echo', ['envoy.echo']),
  networkFilter('ext_authz', 'ext_authz.v3.ExtAuthz', ['envoy.ext_authz']),
  networkFilter('http_connection_manager', 'http_connection_manager.v3.HttpConnectionManager', [
    'envoy.http_connection_manager',
  ]),
  networkFilter('local_ratelimit', 'local_ratelimit.v3.LocalRateLimit'),
  networkFilter('mongo_proxy', 'mongo_proxy.v3.MongoProxy', ['envoy.mongo_proxy']),
  networkFilter('ratelimit', 'ratelimit.v3.RateLimit', ['envoy.ratelimit']),
  networkFilter('rbac', 'rbac.v3.RBAC'),
  row(network, 'redis_proxy', 'redis_proxy.v3.RedisProxy', ['envoy.redis_proxy'], {
    protocolOptions: 'envoy.extensions.filters.network.redis_proxy.v3.RedisProtocolOptions',
  }),
  networkFilter('sni_cluster', 'sni_cluster.v3.SniCluster'),
  networkFilter('tcp_proxy', 'tcp_proxy.v3.TcpProxy', ['envoy.tcp_proxy']),
  row(network, 'thrift_proxy', 'thrift_proxy.v3.ThriftProxy', [], {
    protocolOptions: 'envoy.extensions.filters.network.thrift_proxy.v3.ThriftProtocolOptions',
  }),
  networkFilter('zookeeper_proxy', 'zookeeper_proxy.v3.ZooKeeperProxy'),

  listenerFilter('http_inspector', 'http_inspector.v3.HttpInspector'),
  listenerFilter('original_dst', 'original_dst.v3.OriginalDst'),
  listenerFilter('original_src', 'original_src.v3.OriginalSrc'),
  listenerFilter('proxy_protocol', 'proxy_protocol.v3.ProxyProtocol'),
  listenerFilter('tls_inspector', 'tls_inspector.v3.TlsInspector'),

  tls('downstream', 'DownstreamTlsContext'),
  tls('upstream', 'UpstreamTlsContext'),
  rawBuffer('downstream'),
  rawBuffer('upstream'),

  accessLog('file', 'file.v3.FileAccessLog', 'envoy.file_access_log'),
  accessLog('http_grpc', 'grpc.v3.HttpGrpcAccessLogConfig', 'envoy.http_grpc_access_log'),
  accessLog('tcp_grpc', 'grpc.v3.TcpGrpcAccessLogConfig', 'envoy.tcp_grpc_access_log'),

  statsSink('dog_statsd', 'DogStatsdSink', 'envoy.dog_statsd'),
  statsSink('hystrix', 'HystrixSink'),
  statsSink('metrics_service', 'MetricsServiceConfig', 'envoy.metrics_service'),
  statsSink('statsd', 'StatsdSink', 'envoy.statsd'),

  tracer('datadog', 'DatadogConfig'),
  tracer('xray', 'XRayConfig'),
  tracer('zipkin', 'ZipkinConfig', 'envoy.zipkin'),

  {
    category: 'envoy.grpc_credentials',
    name: 'envoy.grpc_credentials.file_based_metadata',
    old: [],
    type: 'envoy.config.grpc_credential.v3.FileBasedMetadataConfig',
  },
  {
    category: 'envoy.thrift_proxy.filters',
    name: 'envoy.filters.thrift.rate_limit',
    old: [],
    type: 'envoy.extensions.filters.network.thrift_proxy.filters.ratelimit.v3.RateLimit',
  },
  {
    category: 'envoy.thrift_proxy.filters',
    name: 'envoy.filters.thrift.router',
    old: [],
    type: 'envoy.extensions.filters.network.thrift_proxy.router.v3.Router',
  },
];

/** Extensions of the v2 API's time that are gone, and what to do. */
export const goneExtensions: Readonly<Record<string, string>> = {
  'envoy.http_dynamo_filter': 'Envoy has no DynamoDB filter any more',
  'envoy.filters.http.dynamo': 'Envoy has no DynamoDB filter any more',
  'envoy.squash': 'it is in the contrib build of Envoy only',
  'envoy.filters.http.squash': 'it is in the contrib build of Envoy only',
  'envoy.client_ssl_auth': 'it is in the contrib build of Envoy only',
  'envoy.filters.network.client_ssl_auth': 'it is in the contrib build of Envoy only',
  'envoy.filters.network.kafka_broker': 'it is in the contrib build of Envoy only',
  'envoy.filters.network.mysql_proxy': 'it is in the contrib build of Envoy only',
  'envoy.lightstep': 'use the tracer envoy.tracers.opentelemetry',
  'envoy.tracers.lightstep': 'use the tracer envoy.tracers.opentelemetry',
  'envoy.tracers.opencensus': 'use the tracer envoy.tracers.opentelemetry',
  'envoy.dynamic.ot': 'use the tracer envoy.tracers.opentelemetry',
  'envoy.tracers.dynamic_ot': 'use the tracer envoy.tracers.opentelemetry',
};

/**
 * The extension that a v2 config's name means in one of these categories; with no category known, in any.
 *
 * @returns undefined when Envoy has none of that name there
 */
export function findExtension(name: string, categories: readonly string[]): KnownExtension | undefined {
  const fits = ({ category }: KnownExtension) => categories.length === 0 || categories.includes(category);
  const known = knownExtensions.find((row) => fits(row) && (row.name === name || row.old.includes(name)));
  if (known !== undefined || categories.length === 0) return known;
  const other = extensionByName(name, categories);
  if (other === undefined || other.name !== name || other.types.length !== 1) return undefined;
  return { category: other.category, name, old: [], type: other.types[0]! };
}
