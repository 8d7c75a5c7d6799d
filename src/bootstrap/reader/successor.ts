const dns = 'its successor is cluster_type envoy.clusters.dns';
const httpProtocolOptions =
  'use typed_extension_protocol_options with envoy.extensions.upstreams.http.v3.HttpProtocolOptions';

/** What took the place of a deprecated field, by the field's full name, as the comments of Envoy's API have it. */
export const successors: Readonly<Record<string, string>> = {
  'envoy.config.cluster.v3.Cluster.dns_refresh_rate': dns,
  'envoy.config.cluster.v3.Cluster.dns_failure_refresh_rate': dns,
  'envoy.config.cluster.v3.Cluster.respect_dns_ttl': dns,
  'envoy.config.cluster.v3.Cluster.dns_jitter': dns,
  'envoy.config.cluster.v3.Cluster.upstream_http_protocol_options': httpProtocolOptions,
  'envoy.config.cluster.v3.Cluster.common_http_protocol_options': httpProtocolOptions,
  'envoy.config.cluster.v3.Cluster.http_protocol_options': httpProtocolOptions,
  'envoy.config.cluster.v3.Cluster.http2_protocol_options': httpProtocolOptions,
};
