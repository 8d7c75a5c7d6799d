/** Commands Envoy 1.40 knows and this data plane cannot answer truthfully: refused, never printed as absent. */
export const unsupportedCommands: ReadonlySet<string> = new Set([
  'CEL',
  'TYPED_CEL',
  'CLUSTER_METADATA',
  'UPSTREAM_METADATA',
  'FILTER_STATE',
  'UPSTREAM_FILTER_STATE',
  'DOWNSTREAM_TLS_GROUP',
  'TLS_JA3_FINGERPRINT',
  'TLS_JA4_FINGERPRINT',
  'UPSTREAM_CONNECTION_POOL_READY_DURATION',
]);
