/** One variable part of a stat's name: `envoy.cluster_name` and `service1`. */
export interface Tag {
  readonly name: string;
  readonly value: string;
}

/** A stat's name without its variable parts, and those parts. */
export interface TaggedName {
  readonly name: string;
  readonly tags: readonly Tag[];
}

/**
 * Finds one tag. `pattern` has the flag `d`; its first group is what leaves the name, its second the tag's value; with one group
 * both are the same.
 */
export interface TagExtractor {
  readonly tag: string;
  readonly pattern: RegExp;
}

/**
 * Envoy's default extractors for the stats this data plane emits, in Envoy's order, the most specific first
 * (source/common/config/well_known_names.cc).
 */
export const defaultExtractors: readonly TagExtractor[] = [
  { tag: 'envoy.response_code', pattern: /_rq(_(\d{3}))$/d },
  { tag: 'envoy.response_code_class', pattern: /_rq_((\d))xx$/d },
  { tag: 'envoy.http_user_agent', pattern: /^http\..*?\.user_agent\.((.*?)\.)/d },
  { tag: 'envoy.virtual_cluster', pattern: /^vhost\..*?\.vcluster\.((.*?)\.)/d },
  { tag: 'envoy.fault_downstream_cluster', pattern: /^http\..*?\.fault\.((.*?)\.)/d },
  { tag: 'envoy.ssl_cipher', pattern: /^listener\..*?\.ssl\.ciphers(\.(.*?))$/d },
  { tag: 'envoy.ssl_curve', pattern: /\.ssl\.curves(\.(.*?))$/d },
  { tag: 'envoy.ssl_version', pattern: /\.ssl\.versions(\.(.*?))$/d },
  { tag: 'envoy.ssl_cipher_suite', pattern: /^cluster\..*?\.ssl\.ciphers(\.(.*?))$/d },
  { tag: 'envoy.tcp_prefix', pattern: /^tcp\.((.*?)\.)/d },
  { tag: 'envoy.ratelimit_prefix', pattern: /^ratelimit\.((.*?)\.)/d },
  { tag: 'envoy.local_http_ratelimit_prefix', pattern: /^((.*?)\.)http_local_rate_limit\.\w+$/d },
  { tag: 'envoy.cluster_name', pattern: /^cluster\.((.*?)\.)/d },
  { tag: 'envoy.http_conn_manager_prefix', pattern: /^listener\..*?\.http\.((.*?)\.)/d },
  { tag: 'envoy.http_conn_manager_prefix', pattern: /^http\.((.*?)\.)/d },
  { tag: 'envoy.tls_certificate', pattern: /\.ssl\.certificate\.((.*?)\.)/d },
  {
    tag: 'envoy.worker_id',
    pattern: /^(?:listener\..*?|server|thread_local_cluster_manager)\.worker_((\d+)\.)/d,
  },
  {
    tag: 'envoy.listener_address',
    pattern: /^listener\.(((?:[_.\d]*|[_[\]aAbBcCdDeEfF\d]*|(?!admin\.)[^.]+))\.)/d,
  },
  { tag: 'envoy.virtual_host', pattern: /^vhost\.((.*?)\.)/d },
  { tag: 'envoy.route', pattern: /^vhost\..*?\.route\.((.*?)\.)/d },
];

/** Splits names into a fixed name and tags. */
export class TagProducer {
  readonly #extractors: readonly TagExtractor[];
  readonly #fixed: readonly Tag[];

  /** `fixed`: tags that every name gets, before its own. */
  constructor(extractors: readonly TagExtractor[] = defaultExtractors, fixed: readonly Tag[] = []) {
    this.#extractors = extractors;
    this.#fixed = fixed;
  }

  extract(name: string): TaggedName {
    const tags: Tag[] = [...this.#fixed];
    const cuts: [start: number, end: number][] = [];
    for (const { tag, pattern } of this.#extractors) {
      if (tags.some((known) => known.name === tag)) continue;
      const match = pattern.exec(name);
      const cut = match?.indices?.[1];
      if (match === null || cut === undefined) continue;
      tags.push({ name: tag, value: match[2] ?? match[1]! });
      cuts.push(cut);
    }
    return { name: without(name, cuts), tags };
  }
}

/** The name without the marked spans, which may overlap. */
function without(name: string, cuts: [start: number, end: number][]): string {
  let kept = '';
  let at = 0;
  for (const [start, end] of cuts.sort(([a], [b]) => a - b)) {
    if (start > at) kept += name.slice(at, start);
    at = Math.max(at, end);
  }
  return kept + name.slice(at);
}
