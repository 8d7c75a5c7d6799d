import { expandGlob } from '../authority.ts';
import type { CurlStreams } from '../curl.ts';
import { type CurlSection, readCurlWords } from '../words.ts';
import { closeConnections, openConnections } from './exchange.ts';
import { CurlFailure } from './failure.ts';
import { readOptions } from './options.ts';
import { transfer } from './transfer.ts';
import { formatWriteOut } from './write-out.ts';

/**
 * A small curl for machines without one: HTTP/1.1 and TLS, the options that `options.ts` knows, curl's output and
 * exit codes. Resolves with the exit code of the last transfer.
 */
export async function runClient(
  argv: readonly string[],
  { streams, signal }: { readonly streams: CurlStreams; readonly signal: AbortSignal | undefined },
): Promise<number> {
  const sections = readCurlWords(argv);
  const silent = sections.some(({ options }) => options.has('silent'));
  const showError = !silent || sections.some(({ options }) => options.has('show-error'));
  const complain = (message: string): void => {
    streams.stderr.write(`curl: ${message}\n`);
  };
  const connections = openConnections();
  try {
    let exitCode = 0;
    for (const section of sections) {
      if (section.urls.length === 0) throw new CurlFailure(2, 'no URL specified!');
      const options = await readOptions(section, streams.stdin);
      for (const [index, url] of urlsOf(section).entries()) {
        const output = options.outputs[index];
        const end = await transfer(url, options, { streams, connections, output, signal });
        exitCode = end.failure?.exitCode ?? 0;
        if (end.failure && showError) complain(`(${exitCode}) ${end.failure.message}`);
        if (options.writeOut !== undefined) {
          streams.stdout.write(formatWriteOut(options.writeOut, end.values, complain));
        }
      }
    }
    return exitCode;
  } catch (error) {
    if (!(error instanceof CurlFailure)) throw error;
    // What is wrong with the words has no number, what is wrong with a file has one.
    complain(error.exitCode === 2 ? error.message : `(${error.exitCode}) ${error.message}`);
    return error.exitCode;
  } finally {
    closeConnections(connections);
  }
}

function urlsOf({ urls, options }: CurlSection): string[] {
  return options.has('globoff') ? [...urls] : urls.flatMap((url) => expandGlob(url));
}
