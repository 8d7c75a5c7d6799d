/** A connection's worth of raw bytes, and the options it is read with. */
export interface Case {
  readonly name: string;
  /** latin1. */
  readonly bytes: string;
  readonly variant: Variant;
}

/** The sets of options the battery is run with; each is a listener of the measured Envoy. */
export const variants = [
  'default',
  'http10',
  'trailers',
  'chunked-length',
  'reject-underscores',
  'drop-underscores',
] as const;
export type Variant = (typeof variants)[number];

/** What became of one request. */
export type Outcome =
  /** It went on to an upstream, so: */
  | {
      readonly kind: 'forwarded';
      readonly line: string;
      /** Without those the connection manager adds or strips. */
      readonly fields: readonly string[];
      readonly body: string;
      readonly trailers: readonly string[];
      /** Its end had not come when the bytes ended. */
      readonly partial: boolean;
    }
  /** It was refused; `codec`: by the codec, else by the connection manager above. */
  | { readonly kind: 'refused'; readonly status: number; readonly details: string; readonly codec: boolean }
  /** More bytes were waited for, and nothing was forwarded yet. */
  | { readonly kind: 'waiting' };

export interface Verdict {
  readonly outcomes: readonly Outcome[];
  /** The proxy closed the connection by itself. */
  readonly closed: boolean;
}

/** A whole request from its lines, with the empty one that ends it. */
export function lines(...all: string[]): string {
  return `${all.join('\r\n')}\r\n\r\n`;
}

/** Fields that say nothing of how a codec read a request: the connection manager adds or strips them. */
const managers = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
  'x-forwarded-proto',
  'x-envoy-expected-rq-timeout-ms',
  'x-case',
  'expect',
  'x-envoy-force-trace',
  'x-envoy-internal',
  'x-envoy-ip-tags',
  'x-envoy-retriable-header-names',
  'x-envoy-retriable-status-codes',
  'x-forwarded-client-cert',
]);
const routers = /^x-envoy-(retry|max-retries|hedge|upstream-(rq|alt|stream))/;

/** Whether the battery compares the field. */
export function isCompared(name: string): boolean {
  return !managers.has(name) && !routers.test(name);
}

/** Details a codec gives; all others are the connection manager's. */
export function isCodecs(details: string): boolean {
  return details.startsWith('http1.') || details === 'http.invalid_authority' || details === 'low_version';
}
