/** One request as its bytes say it, read without any leniency. */
export interface StrictRequest {
  readonly method: string;
  readonly target: string;
  /** As they came, names included. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  readonly trailers: string;
  /** Where it ends in the text. */
  readonly end: number;
}

/** The head has come and the body not yet all. */
export interface PartialRequest {
  readonly method: string;
  readonly target: string;
  readonly fields: StrictRequest['fields'];
}

const requestLine = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([\x21-\x7e\x80-\xff]+) HTTP\/1\.1$/;
const fieldLine = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):(?:[ \t]*)([^\0-\x08\x0a-\x1f\x7f]*)$/;
const chunkLine = /^[0-9a-f]{1,8}$/;

/**
 * The request at the front of a text, by RFC 9112 and nothing beyond it: what another server could read in another way is
 * an error, for a proxy must not write it.
 *
 * @returns `partial` when the end has not come; undefined when not even the head's has
 * @throws Error that says what is wrong
 */
export function readStrictly(text: string): StrictRequest | { readonly partial: PartialRequest } | undefined {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const [first = '', ...rest] = text.slice(0, headEnd).split('\r\n');
  const line = requestLine.exec(first);
  if (line === null) throw new Error(`no request line: ${JSON.stringify(first)}`);
  const [, method = '', target = ''] = line;
  const fields = rest.map(fieldOf);
  const all = (name: string): string[] =>
    fields.filter(([its]) => its.toLowerCase() === name).map(([, value]) => value);
  if (all('host').length !== 1) throw new Error(`${all('host').length} Host fields`);
  const lengths = all('content-length');
  const encodings = all('transfer-encoding');
  if (lengths.length + encodings.length > 1) throw new Error('more than one length');
  if (lengths.some((value) => !/^\d{1,20}$/.test(value))) throw new Error(`a length of ${lengths}`);
  if (encodings.some((value) => value !== 'chunked')) throw new Error(`an encoding of ${encodings}`);
  const head = { method, target, fields };
  const from = headEnd + 4;
  if (encodings.length > 0) {
    const chunks = readChunks(text, from);
    return chunks === undefined ? { partial: head } : { ...head, ...chunks };
  }
  const end = from + Number(lengths[0] ?? 0);
  return end > text.length ? { partial: head } : { ...head, body: text.slice(from, end), trailers: '', end };
}

function fieldOf(line: string): readonly [string, string] {
  const field = fieldLine.exec(line);
  if (field === null) throw new Error(`no field: ${JSON.stringify(line.slice(0, 200))}`);
  return [field[1]!, field[2]!];
}

function readChunks(
  text: string,
  from: number,
): Pick<StrictRequest, 'body' | 'trailers' | 'end'> | undefined {
  let body = '';
  for (let at = from; ; ) {
    const lineEnd = text.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const line = text.slice(at, lineEnd);
    if (!chunkLine.test(line)) throw new Error(`no chunk size: ${JSON.stringify(line.slice(0, 200))}`);
    const size = Number.parseInt(line, 16);
    if (size === 0) {
      const end = text.indexOf('\r\n\r\n', lineEnd);
      if (end < 0) return undefined;
      const trailers = text.slice(lineEnd + 2, Math.max(end, lineEnd + 2));
      if (trailers !== '') trailers.split('\r\n').forEach(fieldOf);
      return { body, trailers, end: end + 4 };
    }
    const end = lineEnd + 2 + size;
    if (text.length < end + 2) return undefined;
    if (text.slice(end, end + 2) !== '\r\n') throw new Error('a chunk without its line end');
    body += text.slice(lineEnd + 2, end);
    at = end + 2;
  }
}
