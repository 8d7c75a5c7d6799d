import type { CurlResult } from './curl.ts';
import { addToSections, readCurlWords } from './words.ts';

/** What the marker says of a transfer, in this order. */
const WRITE_OUT = '%{http_code} %{time_total} %{size_header}';

/**
 * Words that make curl's stdout divisible into transfers: the headers before each body, a marker line after it. `-i`
 * and `--write-out` with these variables are known to every curl since 7.10, unlike its JSON.
 *
 * @param mark a text that no answer has
 */
export function markedWords(words: readonly string[], mark: string): string[] {
  const format = `${mark} ${WRITE_OUT}\\n`;
  return addToSections(words, readCurlWords(words), ({ options }) => {
    const own = options.get('write-out')?.at(-1) ?? '';
    const toFile = ['output', 'remote-name', 'remote-name-all'].some((option) => options.has(option));
    return ['-sS', ...(toFile ? ['-D', '-'] : ['-i']), '-w', own.startsWith('@') ? format : own + format];
  });
}

/** Takes apart what curl printed for {@link markedWords}; one result a marker, or one in all when there is none. */
export function readMarked(
  stdout: Buffer,
  mark: string,
  run: {
    readonly exitCode: number;
    readonly stderr: string;
    readonly command: string;
    readonly timeMs: number;
  },
): CurlResult[] {
  const results: CurlResult[] = [];
  let from = 0;
  for (;;) {
    const at = stdout.indexOf(`${mark} `, from);
    if (at === -1) break;
    const end = stdout.indexOf('\n', at);
    const line = stdout.subarray(at + mark.length + 1, end === -1 ? undefined : end).toString('latin1');
    const [status, seconds, headerSize] = line.split(' ').map(Number);
    results.push({
      ...answerOf(stdout.subarray(from, at), headerSize!),
      status: status!,
      // curl tells one exit code for all; of a transfer before the last it is only known whether an answer came.
      exitCode: status === 0 ? run.exitCode : 0,
      timeMs: seconds! * 1000,
      stderr: run.stderr,
      command: run.command,
    });
    if (end === -1) break;
    from = end + 1;
  }
  const last = results.pop();
  if (last) return [...results, { ...last, exitCode: run.exitCode }];
  const body = stdout.toString();
  const { exitCode, stderr, command, timeMs } = run;
  return [{ exitCode, status: 0, headers: new Map(), body, timeMs, stderr, command }];
}

/** Headers of the last answer, and the body. With `-i` trailers follow the body; they are left out. */
function answerOf(chunk: Buffer, headerSize: number): Pick<CurlResult, 'headers' | 'body'> {
  const blocks = chunk
    .subarray(0, headerSize)
    .toString('latin1')
    .split(/\r?\n\r?\n/)
    .filter((block) => block !== '');
  const headers = new Map<string, string[]>();
  for (const line of blocks.at(-1)?.split(/\r?\n/).slice(1) ?? []) {
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    const name = line.slice(0, colon).trim().toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), line.slice(colon + 1).trim()]);
  }
  const body = chunk.subarray(headerSize).toString();
  const trailers = headers.get('trailer')?.flatMap((value) => value.split(',').map((name) => name.trim()));
  if (!trailers) return { headers, body };
  // They follow the body without a line between, so only the names that were announced tell them from it.
  const names = trailers.map((name) => name.replace(/[^\w-]/g, '\\$&')).join('|');
  return { headers, body: body.replace(new RegExp(`(?:(?:${names}):[^\\r\\n]*\\r\\n)+$`, 'i'), '') };
}
