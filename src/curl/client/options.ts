import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { CurlSection } from '../words.ts';
import { CurlFailure } from './failure.ts';

/** What one section of curl's words asks for, as far as this client does it. */
export interface ClientOptions {
  readonly method: string | undefined;
  /** Given headers in order: a value replaces or adds, '' sends an empty one, undefined removes curl's own. */
  readonly headers: readonly { readonly name: string; readonly value: string | undefined }[];
  readonly body: Buffer | undefined;
  readonly json: boolean;
  /** Body as query, with GET. */
  readonly get: boolean;
  readonly head: boolean;
  readonly include: boolean;
  readonly verbose: boolean;
  readonly insecure: boolean;
  readonly fail: 'no' | 'silently' | 'with-body';
  readonly location: boolean;
  readonly maxRedirects: number;
  readonly outputs: readonly string[];
  readonly remoteName: boolean;
  readonly dumpHeader: string | undefined;
  readonly userAgent: string | undefined;
  readonly user: string | undefined;
  /** ms. */
  readonly maxTime: number | undefined;
  /** ms. */
  readonly connectTimeout: number | undefined;
  readonly writeOut: string | undefined;
  readonly connectTo: readonly string[];
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

/** Long names of what it does. */
export const KNOWN_OPTIONS: ReadonlySet<string> = new Set(
  `verbose insecure include head silent show-error fail fail-with-body location max-redirs header data data-ascii
   data-binary data-raw data-urlencode json get request output remote-name dump-header user-agent user max-time
   connect-timeout write-out http1.1 url connect-to cacert cert key cookie referer globoff disable no-buffer
   no-progress-meter no-keepalive noproxy`.split(/\s+/),
);

/**
 * @throws CurlFailure 2 for an option this client does not do; 26 when a file cannot be read
 */
export async function readOptions(section: CurlSection, stdin: Readable | undefined): Promise<ClientOptions> {
  const unknown = section.given.find(({ name }) => !KNOWN_OPTIONS.has(name));
  if (unknown) {
    const known = [...KNOWN_OPTIONS].sort().join(', ');
    throw new CurlFailure(
      2,
      `--${unknown.name} needs curl itself, which is not installed. Without it: ${known}`,
    );
  }
  const last = (name: string): string | undefined => section.options.get(name)?.at(-1);
  const has = (name: string): boolean => section.options.has(name);
  return {
    method: last('request'),
    headers: readHeaders(section),
    body: await readBody(section, stdin),
    json: has('json'),
    get: has('get'),
    head: has('head'),
    include: has('include'),
    verbose: has('verbose'),
    insecure: has('insecure'),
    fail: has('fail-with-body') ? 'with-body' : has('fail') ? 'silently' : 'no',
    location: has('location'),
    maxRedirects: Number(last('max-redirs') ?? 50),
    outputs: section.options.get('output') ?? [],
    remoteName: has('remote-name'),
    dumpHeader: last('dump-header'),
    userAgent: last('user-agent'),
    user: last('user'),
    maxTime: readSeconds('max-time', last('max-time')),
    connectTimeout: readSeconds('connect-timeout', last('connect-timeout')),
    writeOut: readWriteOut(last('write-out')),
    connectTo: section.options.get('connect-to') ?? [],
    ca: readPem(last('cacert'), 77),
    cert: readPem(last('cert'), 58),
    key: readPem(last('key') ?? last('cert'), 58),
  };
}

function readHeaders({ given, options }: CurlSection): ClientOptions['headers'] {
  const json = ['Content-Type', 'Accept'].map((name) => ({ name, value: 'application/json' }));
  const single = ['referer', 'cookie'].flatMap((option) => {
    const value = options.get(option)?.at(-1);
    return value === undefined ? [] : [{ name: option === 'cookie' ? 'Cookie' : 'Referer', value }];
  });
  const headers = given.flatMap(({ name, value = '' }) => {
    if (name !== 'header') return [];
    const empty = /^([^:;]+);\s*$/.exec(value);
    if (empty) return [{ name: empty[1]!, value: '' }];
    const [, header, content] = /^([^:]+):\s*(.*?)\s*$/s.exec(value) ?? [];
    // Without a colon curl sends nothing of it.
    return header === undefined ? [] : [{ name: header, value: content === '' ? undefined : content }];
  });
  return [...single, ...headers, ...(options.has('json') ? json : [])];
}

/** https://curl.se/docs/manpage.html#-d: several are joined by `&`. */
async function readBody({ given }: CurlSection, stdin: Readable | undefined): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  for (const { name, value = '' } of given) {
    if (!/^data|^json$/.test(name)) continue;
    if (parts.length > 0 && name !== 'json') parts.push(Buffer.from('&'));
    parts.push(await readData(name, value, stdin));
  }
  return parts.length === 0 ? undefined : Buffer.concat(parts);
}

async function readData(option: string, value: string, stdin: Readable | undefined): Promise<Buffer> {
  if (option === 'data-urlencode') {
    const [, name = '', content = value] = /^(?:([^=@]*)=)?(.*)$/s.exec(value) ?? [];
    return Buffer.from(`${name === '' ? '' : `${name}=`}${encodeURIComponent(content)}`);
  }
  if (option === 'data-raw' || !value.startsWith('@')) return Buffer.from(value);
  const file = value.slice(1);
  const content = file === '-' ? Buffer.from(stdin ? await text(stdin) : '') : readFile(file, 26);
  // `-d` leaves out line ends and null bytes of files, the other two do not.
  const asForm = option === 'data' || option === 'data-ascii';
  return asForm ? Buffer.from(content.toString('latin1').replace(/[\r\n\0]/g, ''), 'latin1') : content;
}

function readSeconds(option: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const seconds = Number(value);
  if (value.trim() === '' || !(seconds >= 0)) {
    throw new CurlFailure(2, `option --${option}: expected a proper numerical parameter`);
  }
  return seconds === 0 ? undefined : seconds * 1000;
}

function readWriteOut(format: string | undefined): string | undefined {
  return format?.startsWith('@') ? readFile(format.slice(1), 26).toString() : format;
}

function readPem(file: string | undefined, exitCode: number): string | undefined {
  return file === undefined ? undefined : readFile(file, exitCode).toString();
}

function readFile(file: string, exitCode: number): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new CurlFailure(exitCode, `Failed to open ${file}: ${(error as NodeJS.ErrnoException).code}`);
  }
}
