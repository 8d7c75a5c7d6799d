import type Docker from 'dockerode';
import { type Entries, openEntries } from './entries.ts';
import type { Entry } from './entry.ts';
import { Lines, type TextLine } from './lines.ts';
import type { Seen } from './seen.ts';

/** What is read of a container's past. */
export interface HistoryRequest {
  readonly docker: Docker;
  readonly container: string;
  /** Only this many last lines; undefined: all. */
  readonly tail: number | undefined;
  /** In ms since the epoch. */
  readonly since: number | undefined;
  /** Lines that have no end yet are left for whoever follows; else they are the last ones. */
  readonly follow: boolean;
  /** Told of every entry that was read: following goes on from there. */
  readonly seen: Seen;
  readonly signal: AbortSignal;
}

/** Entries asked for besides one a line: a long line has several. */
const SPARE = 64;
const NEWLINE = 0x0a;

/** The lines of a container until now, oldest first. */
export interface History {
  lines(): AsyncIterable<TextLine>;
  /** Knows those that have no end yet, when all were read. */
  readonly rest: Lines;
}

/** @returns undefined when there is no such container */
export async function openHistory(request: HistoryRequest): Promise<History | undefined> {
  const { docker, container, tail, since, signal } = request;
  const ask = (asked: number | undefined) => {
    const from = since === undefined ? undefined : Math.floor(since / 1000);
    return openEntries(docker, container, { follow: false, since: from, tail: asked }, signal);
  };
  const asked = tail === undefined ? undefined : tail + SPARE;
  const entries = await ask(asked);
  if (entries === undefined) return undefined;
  const rest = new Lines(entries.podman);
  if (tail === undefined || asked === undefined) return { rest, lines: () => all(entries, rest, request) };
  if (entries.podman) {
    entries.close();
    const whole = await ask(undefined);
    const left = {};
    return whole && { rest, lines: () => last(all(whole, rest, request, left), tail, left) };
  }
  return { rest, lines: () => tailOf(entries, asked, ask, rest, { ...request, tail }) };
}

async function* all(
  entries: Entries,
  lines: Lines,
  { seen, follow, tail }: HistoryRequest,
  left: { ends?: boolean } = {},
): AsyncGenerator<TextLine> {
  const read = (entry: Entry) => {
    seen.take(entry);
    return lines.add(entry);
  };
  // The last entry may be half written, where the engine reads what another process writes: left to whoever follows.
  const holds = follow && entries.podman && tail !== 0;
  let held: Entry | undefined;
  for await (const entry of entries) {
    const sure = holds ? held : entry;
    held = entry;
    const line = sure && read(sure);
    if (line !== undefined) yield line;
  }
  left.ends = holds && held?.bytes.at(-1) === NEWLINE;
  if (!follow) yield* lines.flush();
}

/** @param left to be read by whoever follows: a line more, if it ends one */
async function* last(
  lines: AsyncIterable<TextLine>,
  count: number,
  left: { readonly ends?: boolean },
): AsyncGenerator<TextLine> {
  const kept: TextLine[] = [];
  for await (const line of lines) {
    kept.push(line);
    if (kept.length > count) kept.shift();
  }
  yield* left.ends && kept.length === count ? kept.slice(1) : kept;
}

/** Asks for more entries until they surely hold enough lines: the first one of each stream may be the end of a longer one. */
async function* tailOf(
  first: Entries,
  firstAsked: number,
  ask: (count: number) => Promise<Entries | undefined>,
  rest: Lines,
  { tail, seen, follow }: HistoryRequest & { readonly tail: number },
): AsyncGenerator<TextLine> {
  let asked = firstAsked;
  for (let entries: Entries | undefined = first; entries !== undefined; entries = await ask(asked)) {
    const read: Entry[] = [];
    for await (const entry of entries) read.push(entry);
    const whole = read.length < asked;
    const lines = new Lines(false);
    const unsure = new Set(whole ? [] : ['stdout', 'stderr']);
    const ended = read.flatMap((entry) => {
      const line = lines.add(entry);
      return line === undefined || unsure.delete(line.stream) ? [] : [line];
    });
    if (!follow) ended.push(...lines.flush());
    if (!whole && ended.length < tail) {
      asked *= 8;
      continue;
    }
    for (const entry of read) {
      seen.take(entry);
      rest.add(entry);
    }
    if (!whole && read[0] !== undefined) seen.startAt(read[0]);
    if (tail > 0) yield* ended.slice(-tail);
    return;
  }
}
