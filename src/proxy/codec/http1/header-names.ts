import { tokenLower } from './characters.ts';

/** What the codec itself must know of a field. */
export const FieldKind = {
  other: 0,
  host: 1,
  contentLength: 2,
  transferEncoding: 3,
  connection: 4,
  upgrade: 5,
} as const;
export type FieldKind = (typeof FieldKind)[keyof typeof FieldKind];

/** A field name seen so often that its string exists already. */
export interface KnownName {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly kind: FieldKind;
  /** A second line of it in a request is joined to the first. */
  readonly joinsInRequest: boolean;
  readonly joinsInResponse: boolean;
  readonly next: KnownName | undefined;
}

const kinds: Record<string, FieldKind> = {
  host: FieldKind.host,
  'content-length': FieldKind.contentLength,
  'transfer-encoding': FieldKind.transferEncoding,
  connection: FieldKind.connection,
  upgrade: FieldKind.upgrade,
};

/** Fields a request has one value of in Envoy (its O(1) headers): a second line is joined to the first by a comma. */
const joinedInRequests = `accept accept-encoding access-control-request-headers access-control-request-method
  authorization cache-control connection content-encoding content-length content-type expect
  grpc-accept-encoding grpc-timeout host if-match if-modified-since if-none-match if-range
  if-unmodified-since keep-alive origin pragma proxy-connection proxy-status referer te transfer-encoding
  upgrade user-agent via x-client-trace-id x-envoy-attempt-count x-envoy-decorator-operation
  x-envoy-downstream-service-cluster x-envoy-downstream-service-node x-envoy-expected-rq-timeout-ms
  x-envoy-external-address x-envoy-force-trace x-envoy-hedge-on-per-try-timeout x-envoy-internal
  x-envoy-ip-tags x-envoy-is-timeout-retry x-envoy-max-retries x-envoy-original-host x-envoy-original-path
  x-envoy-original-url x-envoy-retriable-header-names x-envoy-retriable-status-codes x-envoy-retry-grpc-on
  x-envoy-retry-on x-envoy-upstream-alt-stat-name x-envoy-upstream-rq-per-try-timeout-ms
  x-envoy-upstream-rq-timeout-alt-response x-envoy-upstream-rq-timeout-ms
  x-envoy-upstream-stream-duration-ms x-forwarded-client-cert x-forwarded-for x-forwarded-host
  x-forwarded-port x-forwarded-proto x-request-id`;

/** The same of a response. */
const joinedInResponses = `access-control-allow-credentials access-control-allow-headers
  access-control-allow-methods access-control-allow-origin access-control-expose-headers
  access-control-max-age age cache-control connection content-encoding content-length content-type date etag
  expires grpc-message grpc-status keep-alive last-modified
  location proxy-connection proxy-status server transfer-encoding upgrade vary via x-envoy-attempt-count
  x-envoy-decorator-operation x-envoy-degraded x-envoy-immediate-health-check-fail x-envoy-ratelimited
  x-envoy-upstream-canary x-envoy-upstream-healthchecked-cluster x-envoy-upstream-service-time x-request-id`;

/** Other names worth knowing. */
const others = `accept accept-charset accept-encoding accept-language accept-ranges
  access-control-allow-credentials access-control-allow-headers access-control-allow-methods
  access-control-allow-origin access-control-expose-headers access-control-max-age
  access-control-request-headers access-control-request-method age allow alt-svc authorization cache-control
  content-disposition content-encoding content-language content-location content-range
  content-security-policy cookie dnt etag expires forwarded from if-match if-modified-since if-none-match
  if-range if-unmodified-since last-modified link location max-forwards origin pragma priority
  proxy-authenticate proxy-authorization range referer referrer-policy retry-after sec-ch-ua
  sec-ch-ua-mobile sec-ch-ua-platform sec-fetch-dest sec-fetch-mode sec-fetch-site sec-fetch-user
  sec-websocket-accept sec-websocket-extensions sec-websocket-key sec-websocket-protocol
  sec-websocket-version set-cookie strict-transport-security traceparent tracestate trailer
  upgrade-insecure-requests vary warning www-authenticate x-amzn-trace-id x-b3-parentspanid x-b3-sampled
  x-b3-spanid x-b3-traceid x-client-trace-id x-content-type-options x-envoy-attempt-count
  x-envoy-decorator-operation x-envoy-downstream-service-cluster x-envoy-downstream-service-node
  x-envoy-expected-rq-timeout-ms x-envoy-external-address x-envoy-force-trace x-envoy-internal
  x-envoy-max-retries x-envoy-original-host x-envoy-original-path x-envoy-peer-metadata
  x-envoy-peer-metadata-id x-envoy-retry-on x-envoy-upstream-rq-timeout-ms
  x-envoy-upstream-service-time x-forwarded-client-cert x-forwarded-port x-frame-options x-ot-span-context
  x-powered-by x-real-ip x-requested-with x-xss-protection`;

const buckets: (KnownName | undefined)[] = new Array(512).fill(undefined);

/** The table's hash, over the lower-cased bytes of a name; the scanner computes it on its way to the colon. */
export function hashStep(hash: number, lower: number): number {
  return (Math.imul(hash, 31) + lower) | 0;
}

const words = (list: string) => new Set(list.split(/\s+/));
const inRequests = words(joinedInRequests);
const inResponses = words(joinedInResponses);
for (const name of new Set([...inRequests, ...inResponses, ...words(others)])) {
  const bytes = Uint8Array.from(Buffer.from(name, 'latin1'));
  const at = bytes.reduce(hashStep, 0) & 511;
  buckets[at] = {
    name,
    bytes,
    kind: kinds[name] ?? FieldKind.other,
    joinsInRequest: inRequests.has(name),
    joinsInResponse: inResponses.has(name),
    next: buckets[at],
  };
}

/** The known name written (in any case) at `data[start, end)`, whose hash is `hash`. */
export function knownName(data: Uint8Array, start: number, end: number, hash: number): KnownName | undefined {
  const length = end - start;
  for (let known = buckets[hash & 511]; known !== undefined; known = known.next) {
    const { bytes } = known;
    if (bytes.length !== length) continue;
    let i = 0;
    while (i < length && tokenLower[data[start + i]!] === bytes[i]) i++;
    if (i === length) return known;
  }
  return undefined;
}
