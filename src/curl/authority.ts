/** Where a URL leads. */
export interface Authority {
  /** Lower case. */
  readonly host: string;
  readonly port: number;
}

/** https://www.iana.org/assignments/uri-schemes, those that curl speaks. */
const PORTS: Readonly<Record<string, number>> = {
  http: 80,
  https: 443,
  ws: 80,
  wss: 443,
  ftp: 21,
  ftps: 990,
  telnet: 23,
  dict: 2628,
  ldap: 389,
  ldaps: 636,
  mqtt: 1883,
  gopher: 70,
  gophers: 70,
  smtp: 25,
  imap: 143,
  pop3: 110,
};

const MOST = 1000;

/**
 * The hosts and ports of a URL as curl reads it: a scheme may be missing (`defaultScheme` then), and `{a,b}`,
 * `[1-3]` in it stand for several unless `glob` is off. What cannot be read gives none; curl will say so.
 */
export function authoritiesOf(url: string, defaultScheme = 'http', glob = true): Authority[] {
  const [, scheme = defaultScheme, rest = ''] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*)$/is.exec(url) ?? [];
  const all = glob ? expandGlob(authorityPart(rest)) : [authorityPart(rest)];
  const seen = new Map<string, Authority>();
  for (const text of all) {
    const authority = parse(text, PORTS[scheme.toLowerCase()]);
    if (authority) seen.set(`${authority.host}:${authority.port}`, authority);
  }
  return [...seen.values()];
}

/** Up to the first `/`, `?` or `#` that is not within a glob. */
function authorityPart(rest: string): string {
  let depth = 0;
  for (let i = 0; i < rest.length; i++) {
    if ('{['.includes(rest[i]!)) depth++;
    else if ('}]'.includes(rest[i]!)) depth--;
    else if (depth <= 0 && '/?#'.includes(rest[i]!)) return rest.slice(0, i);
  }
  return rest;
}

function parse(text: string, defaultPort: number | undefined): Authority | undefined {
  const [, host, digits] = /^(?:.*@)?(\[[^\]]+\]|[^:[\]{}]+)(?::(\d{1,5}))?$/.exec(text) ?? [];
  const port = digits === undefined ? defaultPort : Number(digits);
  if (host === undefined || port === undefined || port > 65535) return undefined;
  return { host: host.toLowerCase(), port };
}

/** curl's URL globbing: `{a,b}`, `[1-3]`, `[01-10:2]`, `[a-c]`. IPv6 addresses are no globs. */
export function expandGlob(text: string): string[] {
  const match = /\{([^{}]*)\}|\[(\w+)-(\w+)(?::(\d+))?\]/.exec(text);
  if (!match) return [text];
  const [whole, set, from, to, step] = match;
  const values = set !== undefined ? set.split(',') : range(from!, to!, Number(step ?? 1));
  if (values === undefined) return [text];
  const head = text.slice(0, match.index);
  const tail = text.slice(match.index + whole.length);
  return values.flatMap((value) => expandGlob(head + value + tail)).slice(0, MOST);
}

function range(from: string, to: string, step: number): string[] | undefined {
  if (step < 1) return undefined;
  const digits = /^\d+$/.test(from) && /^\d+$/.test(to);
  const letters = /^[a-z]$/i.test(from) && /^[a-z]$/i.test(to);
  if (!digits && !letters) return undefined;
  const [low, high] = digits ? [Number(from), Number(to)] : [from.charCodeAt(0), to.charCodeAt(0)];
  const width = from.startsWith('0') ? from.length : 0;
  const values: string[] = [];
  for (let value = low; value <= high && values.length < MOST; value += step) {
    values.push(digits ? String(value).padStart(width, '0') : String.fromCharCode(value));
  }
  return values;
}
