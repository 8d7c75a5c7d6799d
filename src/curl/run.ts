import { randomBytes } from 'node:crypto';
import { Writable } from 'node:stream';
import { joinWords } from '../process/words.ts';
import { markedWords, readMarked } from './capture.ts';
import type { CurlNetwork, CurlResult, CurlRunner, CurlStreams } from './curl.ts';
import { prepareCurl } from './prepare.ts';
import { readCurlWords } from './words.ts';

/** CURLE_COULDNT_CONNECT (libcurl-errors(3)). */
const COULD_NOT_CONNECT = 7;

/** What both forms need. */
export interface CurlOptions {
  /** Runs the command. */
  readonly run: CurlRunner;
  /** undefined: names resolve where curl runs, as inside a node. */
  readonly network: CurlNetwork | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Runs curl with the user's words untouched and the lab's names reachable; resolves with curl's exit code. */
export async function runCurl(
  words: readonly string[],
  options: CurlOptions & { readonly streams: CurlStreams },
): Promise<number> {
  const { run, network, signal, streams } = options;
  if (!network) return run(words, { env: {}, streams, signal });
  await using prepared = await prepareCurl(words, network);
  const exitCode = await run(prepared.argv, { env: prepared.env, streams, signal });
  if (exitCode === COULD_NOT_CONNECT && !isSilent(words)) {
    for (const refusal of prepared.refusals) streams.stderr.write(`curl: ${refusal}\n`);
  }
  return exitCode;
}

/** Whether curl is told not to say what went wrong. */
function isSilent(words: readonly string[]): boolean {
  return readCurlWords(words).every(({ options }) => options.has('silent') && !options.has('show-error'));
}

/**
 * Runs curl and takes its answers apart, one for each transfer. Works with any options the user gives but
 * `--parallel`, which mixes the answers.
 */
export async function captureCurl(words: readonly string[], options: CurlOptions): Promise<CurlResult[]> {
  const mark = `curl-${randomBytes(12).toString('hex')}`;
  const stdout = new Collector();
  const stderr = new Collector();
  const started = performance.now();
  const exitCode = await runCurl(markedWords(words, mark), {
    ...options,
    streams: { stdin: undefined, stdout, stderr },
  });
  return readMarked(stdout.content, mark, {
    exitCode,
    stderr: stderr.content.toString(),
    command: joinWords(['curl', ...words]),
    timeMs: performance.now() - started,
  });
}

/** A stream that keeps what is written to it. */
class Collector extends Writable {
  readonly #chunks: Buffer[] = [];

  get content(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#chunks.push(chunk);
    done();
  }
}
