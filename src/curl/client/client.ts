import type { CurlStreams } from '../curl.ts';
export async function runClient(
  _argv: readonly string[],
  _options: {
    env: Readonly<Record<string, string | undefined>>;
    cwd: string;
    streams: CurlStreams;
    signal: AbortSignal | undefined;
  },
): Promise<number> {
  return 2;
}
