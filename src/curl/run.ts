import type { CurlNetwork, CurlResult, CurlRunner, CurlStreams } from './curl.ts';

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
  _words: readonly string[],
  _options: CurlOptions & { readonly streams: CurlStreams },
): Promise<number> {
  return 2;
}

/** Runs curl and takes its answers apart, one for each transfer. Works with any options the user gives. */
export async function captureCurl(_words: readonly string[], _options: CurlOptions): Promise<CurlResult[]> {
  return [];
}
