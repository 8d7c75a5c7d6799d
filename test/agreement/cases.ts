const extension = 'type.googleapis.com/envoy.extensions';

const cluster = (fields: string): string =>
  `static_resources:\n  clusters:\n  - name: c\n    connect_timeout: 1s\n    ${fields}\n`;
const timeout = (value: string): string =>
  `static_resources: {clusters: [{name: c, connect_timeout: ${value}}]}\n`;
const port = (value: string): string =>
  `admin: {address: {socket_address: {address: 127.0.0.1, port_value: ${value}}}}\n`;
const percent = (value: string): string =>
  cluster(`common_lb_config: {healthy_panic_threshold: {value: ${value}}}`);
const listeners = (...list: string[]): string => `static_resources: {listeners: [${list.join(', ')}]}\n`;
const listener = (name: string, number: number, more = 'filter_chains: [{}]'): string =>
  `{name: ${name}, address: {socket_address: {address: 127.0.0.1, port_value: ${number}}}, ${more}}`;
const network = (...filters: string[]): string =>
  `static_resources:\n  clusters: [{name: c}]\n  listeners:\n  - ${listener('l', 0, `filter_chains: [{filters: [${filters.join(', ')}]}]`)}\n`;
const typed = (type: string, fields = ''): string =>
  `typed_config: {"@type": ${extension}.${type}${fields === '' ? '' : `, ${fields}`}}`;

const router = `{name: r, ${typed('filters.http.router.v3.Router')}}`;
const cors = `{name: c, ${typed('filters.http.cors.v3.Cors')}}`;
const manager = (config: { routes?: string; hosts?: string; filters?: string; more?: string }): string => {
  const {
    routes = '{match: {prefix: /}, direct_response: {status: 200}}',
    filters = router,
    more = '',
  } = config;
  const { hosts = `{name: v, domains: ["*"], routes: [${routes}]}` } = config;
  const fields = `stat_prefix: s, route_config: {name: r, virtual_hosts: [${hosts}]}, http_filters: [${filters}]`;
  return network(
    `{name: m, ${typed('filters.network.http_connection_manager.v3.HttpConnectionManager', `${fields}${more}`)}}`,
  );
};
const route = (fields: string): string => manager({ routes: `{match: {prefix: /}, ${fields}}` });
const filter = (fields: string): string =>
  manager({ filters: `{name: envoy.filters.http.router, ${fields}}` });
const endpoint = (type: string, fields: string): string =>
  cluster(
    `type: ${type}\n    load_assignment: {cluster_name: c, endpoints: [{lb_endpoints: [{${fields}}]}]}`,
  );
const address = (text: string): string => `endpoint: {address: {socket_address: {${text}}}}`;

/** Configs good and bad, of every kind of rule: our verdict on each must be the real Envoy's. */
export const cases: Readonly<Record<string, string>> = {
  // Scalars, in the forms that protobuf's JSON takes.
  ...Object.fromEntries(
    [
      '80',
      '"80"',
      '0x50',
      '8e1',
      '"80.0"',
      '-1',
      '70000',
      '4294967296',
      '" 80"',
      '1.5',
      'true',
      'null',
      '[]',
    ].map((form) => [`a port of ${form}`, port(form)]),
  ),
  ...Object.fromEntries(
    ['1s', '0.5s', '.5s', '1', '1m', '-1s', '0s', '0.0000000001s', '{seconds: 1}', 'null', '9223372036s'].map(
      (form) => [`a duration of ${form}`, timeout(form)],
    ),
  ),
  ...Object.fromEntries(
    ['50', '50.5', '"5e1"', '0x10', '101', '-1', 'Infinity', '.inf', 'true', '""'].map((form) => [
      `a percentage of ${form}`,
      percent(form),
    ]),
  ),
  ...Object.fromEntries(
    ['true', '"tRue"', '"1"', '1', 'off', '[]'].map((form) => [
      `a flag of ${form}`,
      `enable_dispatcher_stats: ${form}\n`,
    ]),
  ),
  ...Object.fromEntries(
    ['a', '5', '1.5', 'null', '4294967296', '!!str 5', '{}'].map((form) => [
      `a text of ${form}`,
      `node: {id: ${form}}\n`,
    ]),
  ),
  ...Object.fromEntries(
    ['STATIC', 'static', '0', '"0"', '99', 'NOPE', '""', '1.0', 'strict-dns'].map((form) => [
      `an enum of ${form}`,
      cluster(`type: ${form}`),
    ]),
  ),
  ...Object.fromEntries(
    ['5', '{value: 5}', '-5', '5.0', '5.5'].map((form) => [
      `a wrapper of ${form}`,
      cluster(`per_connection_buffer_limit_bytes: ${form}`),
    ]),
  ),
  ...Object.fromEntries(
    ['"aGk="', 'aGk', '"_-_-"', 'a', '"="'].map((form) => [
      `bytes of ${form}`,
      route(`direct_response: {status: 200, body: {inline_bytes: ${form}}}`),
    ]),
  ),

  // Fields, lists, maps, oneofs.
  'an unknown field': cluster('nope: 1'),
  'an unknown field that is null': cluster('nope: null'),
  'a field in lowerCamelCase': cluster('lbPolicy: RANDOM'),
  'a field given twice': cluster('lb_policy: RANDOM\n    lb_policy: ROUND_ROBIN'),
  'a field given by both names': cluster('lb_policy: RANDOM\n    lbPolicy: ROUND_ROBIN'),
  'two of a oneof': cluster('type: STATIC\n    cluster_type: {name: x}'),
  'two of a oneof, one null': cluster('type: STATIC\n    cluster_type: null'),
  'one value for a list': cluster('lrs_report_endpoint_metrics: a'),
  'lists in a list': cluster('lrs_report_endpoint_metrics: [[a, b], [c]]'),
  'a list for a message': cluster('load_assignment: []'),
  'a list for a map': cluster('typed_extension_protocol_options: []'),
  'a struct that is none': cluster('metadata: {filter_metadata: {a: 5}}'),
  'an empty file': '',
  'a list for a file': '[]',
  'two documents': '{}\n---\na: [\n',
  'a merge key': 'node: &n {id: a}\nadmin: {<<: *n}\n',
  'a key tagged !ignore': '!ignore x: &n {id: a}\nnode: *n\n',
  'an unknown alias': 'node: *n\n',
  'broken YAML': 'node: {id: a\n',

  // Rules.
  'a required text that is absent': 'static_resources: {clusters: [{connect_timeout: 1s}]}\n',
  'a required text that is empty': 'static_resources: {clusters: [{name: ""}]}\n',
  'a required message that is absent': manager({ routes: '{direct_response: {status: 200}}' }),
  'a required oneof that is absent': manager({ routes: '{match: {prefix: /}}' }),
  'a required list that is empty': manager({ hosts: '{name: v, domains: []}' }),
  'a number that is too small': route('direct_response: {status: 199}'),
  'a number that is large enough': route('direct_response: {status: 599}'),
  'a number that is absent and may not be zero': route('direct_response: {}'),
  'too many items': cluster(`health_checks: [${'{}, '.repeat(9)}]`),
  'a header name with a line break': route(
    'direct_response: {status: 200}, request_headers_to_remove: ["a\\nb"]',
  ),
  'a header without a name': route(
    'direct_response: {status: 200}, response_headers_to_add: [{header: {value: x}}]',
  ),
  'a header without a value': route(
    'direct_response: {status: 200}, response_headers_to_add: [{header: {key: x}}]',
  ),
  'a pattern that does not match': route('route: {cluster: c, path_rewrite_policy: {name: x}}'),
  'a value that is not allowed': manager({ more: ', forward_client_cert_details: 9' }),
  'a weight of zero': endpoint(
    'STATIC',
    `load_balancing_weight: 0, ${address('address: 127.0.0.1, port_value: 80')}`,
  ),
  'a ring that is too large': cluster('ring_hash_lb_config: {minimum_ring_size: 8388609}'),

  // Extensions.
  'a config without a type': filter('typed_config: {start_child_span: true}'),
  'an empty config': filter('typed_config: {}'),
  'no config': filter('disabled: false'),
  'an optional filter without a config': filter('is_optional: true'),
  'an optional filter of another kind': manager({
    filters: `{name: x, is_optional: true, ${typed('filters.network.echo.v3.Echo')}}, ${router}`,
  }),
  'an optional filter of an unknown type': manager({
    filters: `{name: x, is_optional: true, typed_config: {"@type": type.googleapis.com/envoy.Nope}}, ${router}`,
  }),
  'an unknown type': filter('typed_config: {"@type": type.googleapis.com/envoy.Nope}'),
  'a type without a host': filter('typed_config: {"@type": envoy.extensions.filters.http.router.v3.Router}'),
  'a type with another host': filter(
    'typed_config: {"@type": a/b/envoy.extensions.filters.http.router.v3.Router}',
  ),
  'a type of the v2 API': filter(
    'typed_config: {"@type": type.googleapis.com/envoy.config.filter.http.router.v2.Router}',
  ),
  'a type of another kind': filter(
    typed('filters.network.tcp_proxy.v3.TcpProxy', 'stat_prefix: s, cluster: c'),
  ),
  'a type that configures nothing': filter(
    'typed_config: {"@type": type.googleapis.com/envoy.config.core.v3.Node}',
  ),
  'an unknown field in a config': filter(typed('filters.http.router.v3.Router', 'nope: 1')),
  'a broken rule in a config': network(
    `{name: t, ${typed('filters.network.tcp_proxy.v3.TcpProxy', 'stat_prefix: ""')}}`,
  ),
  'any name for a type': manager({ filters: `{name: zzz, ${typed('filters.http.router.v3.Router')}}` }),
  'a TypedStruct': filter(
    `typed_config: {"@type": type.googleapis.com/xds.type.v3.TypedStruct, type_url: ${extension}.filters.http.router.v3.Router, value: {suppressEnvoyHeaders: "true"}}`,
  ),
  'a TypedStruct with an unknown field': filter(
    `typed_config: {"@type": type.googleapis.com/udpa.type.v1.TypedStruct, type_url: ${extension}.filters.http.router.v3.Router, value: {nope: 1}}`,
  ),
  'the wrong side of TLS': cluster(
    `transport_socket: {name: t, ${typed('transport_sockets.tls.v3.DownstreamTlsContext')}}`,
  ),
  'the right side of TLS': cluster(
    `transport_socket: {name: t, ${typed('transport_sockets.tls.v3.UpstreamTlsContext')}}`,
  ),
  'a named transport socket': cluster('transport_socket: {name: envoy.transport_sockets.raw_buffer}'),
  'a named access logger': manager({ more: ', access_log: [{name: envoy.access_loggers.stdout}]' }),
  'an access logger without a name': manager({
    more: `, access_log: [{${typed('access_loggers.stream.v3.StdoutAccessLog')}}]`,
  }),
  'a named cluster type': cluster('cluster_type: {name: envoy.cluster.strict_dns}'),
  'an unknown cluster type': cluster('cluster_type: {name: envoy.cluster.nope}'),
  'protocol options': cluster(
    `typed_extension_protocol_options: {envoy.extensions.upstreams.http.v3.HttpProtocolOptions: {"@type": ${extension}.upstreams.http.v3.HttpProtocolOptions, explicit_http_config: {http2_protocol_options: {}}}}`,
  ),
  'protocol options by an unknown name': cluster(
    `typed_extension_protocol_options: {foo: {"@type": ${extension}.upstreams.http.v3.HttpProtocolOptions, explicit_http_config: {http2_protocol_options: {}}}}`,
  ),
  'a per-route config': route(
    `direct_response: {status: 200}, typed_per_filter_config: {x: {"@type": ${extension}.filters.http.cors.v3.CorsPolicy}}`,
  ),
  'a per-route config that is none': route(
    'direct_response: {status: 200}, typed_per_filter_config: {x: {"@type": type.googleapis.com/envoy.config.core.v3.Node}}',
  ),
  'a filter of the v2 API': filter('config: {}'),
  'hosts of the v2 API': cluster('hosts: [{socket_address: {address: 127.0.0.1, port_value: 80}}]'),
  'a deprecated field': cluster('track_timeout_budgets: true'),
  'a disallowed default in the bootstrap': 'hds_config: {}\n',
  'a disallowed default in an extension': manager({
    more: `, tracing: {provider: {name: z, typed_config: {"@type": type.googleapis.com/envoy.config.trace.v3.ZipkinConfig, collector_cluster: c, collector_endpoint: /x}}}`,
  }),
  'a range with a gap': listeners(
    listener(
      'u',
      0,
      'filter_chains: [{}], udp_listener_config: {quic_options: {quic_protocol_options: {connection_keepalive: {initial_interval: 1s}}}}',
    ),
  ),
  'an enum of a number without a rule': route('route: {cluster: c, internal_redirect_action: 99}'),
  'a disallowed field': route(
    'route: {cluster: c, rate_limits: [{actions: [{dynamic_metadata: {descriptor_key: a, metadata_key: {key: a, path: [{key: a}]}}}]}]}',
  ),

  // Relations.
  'an unknown cluster': route('route: {cluster: nope}'),
  'an unknown weighted cluster': route('route: {weighted_clusters: {clusters: [{name: x, weight: 1}]}}'),
  'weights of zero': route('route: {weighted_clusters: {clusters: [{name: c, weight: 0}]}}'),
  'an unknown shadow cluster': route('route: {cluster: c, request_mirror_policies: [{cluster: x}]}'),
  'an unknown cluster behind a TCP proxy': network(
    `{name: t, ${typed('filters.network.tcp_proxy.v3.TcpProxy', 'stat_prefix: s, cluster: nope')}}`,
  ),
  'two clusters of a name': 'static_resources: {clusters: [{name: a}, {name: a}]}\n',
  'a domain given twice': manager({ hosts: '{name: v, domains: [a.com, A.com]}' }),
  'two wildcard hosts': manager({ hosts: '{name: v, domains: ["*"]}, {name: w, domains: ["*"]}' }),
  'two listeners on a port': listeners(listener('a', 18231), listener('b', 18231)),
  'two listeners on any port': listeners(listener('a', 0), listener('b', 0)),
  'two listeners of a name': listeners(listener('a', 18231), listener('a', 18232)),
  'a listener without a filter chain': listeners(listener('a', 18231, '')),
  'a listener without an address': listeners('{name: a, filter_chains: [{}]}'),
  'two filter chains alike': listeners(listener('a', 18231, 'filter_chains: [{}, {}]')),
  'no router': manager({ filters: '' }),
  'a router that is not last': manager({ filters: `${router}, ${cors}` }),
  'a last filter that ends nothing': manager({ filters: cors }),
  'two terminal network filters': network(
    ...['a', 'b'].map((name) => `{name: ${name}, ${typed('filters.network.echo.v3.Echo')}}`),
  ),
  'a name in a STATIC cluster': endpoint('STATIC', address('address: localhost, port_value: 80')),
  'a name in a STRICT_DNS cluster': endpoint('STRICT_DNS', address('address: localhost, port_value: 80')),
  'an endpoint without a port': endpoint('STRICT_DNS', address('address: localhost')),
  'an EDS cluster without its source': cluster('type: EDS'),
  'rings of impossible sizes': cluster(
    'lb_policy: RING_HASH\n    ring_hash_lb_config: {minimum_ring_size: 9, maximum_ring_size: 8}',
  ),
  'an unknown local cluster': 'cluster_manager: {local_cluster_name: x}\n',
};
