import type { Outgoing } from './exchange.ts';
import { CurlFailure } from './failure.ts';
import type { ClientOptions } from './options.ts';

const USER_AGENT = 'envoy-lab-curl';

/**
 * @throws CurlFailure 3 for what is no URL, 1 for a scheme other than http and https
 */
export function parseUrl(text: string): URL {
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  let url: URL;
  try {
    url = new URL(withScheme);
  } catch {
    throw new CurlFailure(3, 'URL using bad/illegal format or missing URL');
  }
  const scheme = url.protocol.slice(0, -1);
  if (scheme !== 'http' && scheme !== 'https') throw new CurlFailure(1, `Protocol "${scheme}" not supported`);
  return url;
}

/** The request that the options make of a URL: curl's own headers first, in its order. */
export function makeRequest(url: URL, options: ClientOptions): Outgoing {
  const body = options.get || options.head ? undefined : options.body;
  if (options.get && options.body) url.search += `${url.search === '' ? '?' : '&'}${options.body.toString()}`;
  const method = options.method ?? (options.head ? 'HEAD' : body ? 'POST' : 'GET');
  const own: Header[] = [['Host', url.host]];
  const user = options.user ?? (url.username === '' ? undefined : `${url.username}:${url.password}`);
  if (user !== undefined) {
    own.push(['Authorization', `Basic ${Buffer.from(decodeURIComponent(user)).toString('base64')}`]);
  }
  own.push(['User-Agent', options.userAgent ?? USER_AGENT]);
  if (!options.json) own.push(['Accept', '*/*']);
  const ofBody: Header[] = [];
  if (body) ofBody.push(['Content-Length', String(body.length)]);
  if (body && !options.json) ofBody.push(['Content-Type', 'application/x-www-form-urlencoded']);
  return { url, method, headers: withGiven(own, options.headers, ofBody), body };
}

type Header = [name: string, value: string];

/** Given headers replace curl's own of that name, and stand between those of the request and those of the body. */
function withGiven(
  own: readonly Header[],
  given: ClientOptions['headers'],
  ofBody: readonly Header[],
): Header[] {
  const named = new Set(given.map(({ name }) => name.toLowerCase()));
  const isOwn = ([name]: Header): boolean => !named.has(name.toLowerCase());
  const host = given.find(({ name, value }) => name.toLowerCase() === 'host' && value !== undefined);
  const rest = given.filter((header) => header !== host && header.value !== undefined);
  return [
    ...(host ? [['Host', host.value!] satisfies Header] : []),
    ...own.filter(isOwn),
    ...rest.map(({ name, value }): Header => [name, value!]),
    ...ofBody.filter(isOwn),
  ];
}

/** The request that follows a redirect; RFC 9110, 15.4, as curl does it. undefined: it is no redirect. */
export function redirectOf(
  { url, method, headers, body }: Outgoing,
  status: number,
  location: string | undefined,
  options: ClientOptions,
): Outgoing | undefined {
  if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return undefined;
  const next = new URL(location, url);
  const toGet = method === 'POST' && (status === 301 || status === 302);
  const changes = options.method === undefined && (toGet || (status === 303 && method !== 'HEAD'));
  const sameHost = next.host === url.host && next.protocol === url.protocol;
  const dropped = new Set([
    'host',
    ...(changes ? ['content-length', 'content-type'] : []),
    ...(sameHost ? [] : ['authorization', 'cookie']),
  ]);
  const hostGiven = sameHost ? headers.find(([name]) => name.toLowerCase() === 'host')?.[1] : undefined;
  return {
    url: next,
    method: changes ? 'GET' : method,
    headers: [
      ['Host', hostGiven ?? next.host],
      ...headers.filter(([name]) => !dropped.has(name.toLowerCase())),
    ],
    body: changes ? undefined : body,
  };
}
