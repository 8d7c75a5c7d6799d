/**
 * Reads a query as Envoy does: `%xx` is decoded, a plus sign is a plus sign, bytes that are no UTF-8 become U+FFFD, of a repeated name the last value
 * stands.
 */
export function parseQuery(text: string): URLSearchParams {
  const query = new URLSearchParams();
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decode(equals < 0 ? pair : pair.slice(0, equals));
    query.set(name, equals < 0 ? '' : decode(pair.slice(equals + 1)));
  }
  return query;
}

/** A parameter's value; one that is empty says as little as one that is missing. */
export function given(query: URLSearchParams, name: string): string | undefined {
  return query.get(name) || undefined;
}

function decode(text: string): string {
  const bytes = text.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
