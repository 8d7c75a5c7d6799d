/** What the guard reads of a request; header names in lower case. */
export interface GuardedRequest {
  readonly method: string;
  /** As it stands in the request line. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Header names and values by turns, as they came. */
  readonly rawHeaders: readonly string[];
  /** Whether it asks for another protocol: a WebSocket's handshake. */
  readonly upgrade: boolean;
}

/** Why a request is turned away. */
export interface Refusal {
  readonly status: 400 | 403 | 421;
  readonly reason: string;
}

/**
 * Whether a request may have come from this gateway's own pages, or from the user: undefined means yes. It is told by what
 * a page cannot forge (Fetch's `Sec-Fetch-*`, `Origin`, `Host`). Ports of one host are one *site*, so that a cookie with
 * `SameSite=Strict` alone does not keep out the page of another server on 127.0.0.1.
 *
 * A top-level navigation by GET may come from anywhere: the page that asks never sees what comes back.
 *
 * @param port where the gateway listens on 127.0.0.1
 */
export function refusalOf(request: GuardedRequest, port: number): Refusal | undefined {
  const { headers } = request;
  // `GET http://…` and `OPTIONS *` are for forward proxies; their host would not be the one that is checked.
  if (!request.target.startsWith('/')) return { status: 400, reason: 'its target is not a path' };
  const host = ownHost(request, port);
  if (host === undefined) return { status: 421, reason: 'its Host is not this gateway' };
  // A worker would outlive the lab, and then answer for whatever listens on this port next.
  if (headers['service-worker'] !== undefined) return { status: 403, reason: 'it installs a service worker' };
  if (isTopLevelVisit(request)) return undefined;
  const { origin } = headers;
  if (origin !== undefined && origin !== `http://${host}`) {
    return { status: 403, reason: 'another origin asks for it' };
  }
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    return { status: 403, reason: 'another origin asks for it' };
  }
  return undefined;
}

/** The Host the request names, when it is this gateway's: a name that was rebound to 127.0.0.1 is not. */
function ownHost({ headers, rawHeaders }: GuardedRequest, port: number): string | undefined {
  const named = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host');
  const host = headers.host;
  if (named.length !== 1 || typeof host !== 'string') return undefined;
  const suffix = port === 80 ? '' : `:${port}`;
  return ['127.0.0.1', 'localhost'].some((name) => host.toLowerCase() === `${name}${suffix}`)
    ? host
    : undefined;
}

/** A page of its own in a tab, which the browser says of itself. */
function isTopLevelVisit({ method, headers, upgrade }: GuardedRequest): boolean {
  return (
    (method === 'GET' || method === 'HEAD') &&
    !upgrade &&
    headers['sec-fetch-mode'] === 'navigate' &&
    headers['sec-fetch-dest'] === 'document'
  );
}
