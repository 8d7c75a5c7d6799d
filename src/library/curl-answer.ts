import type { CurlResult } from '../curl/curl.ts';
import { LabError } from '../error.ts';

/** One request of a curl, and what came back. */
export interface CurlTransfer {
  /** curl's own: 0, 6 (no such host), 7 (refused), 28 (timeout), 35 (TLS), 52 (empty answer), 56 (reset), … */
  readonly exitCode: number;
  /** 0 when no answer came. */
  readonly status: number;
  /** Of the last answer (after redirects), by lower-case name; each line's value in the order received. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  /** The answer's body as UTF-8, and what a `-w` of yours adds to it; empty when `-o` sends it elsewhere. */
  readonly body: string;
  /** curl's `time_total`, ms. */
  readonly timeMs: number;
  /** A header in any case, its lines joined with `, ` (RFC 9110, 5.3); undefined when it is absent. */
  header(name: string): string | undefined;
  /**
   * The body as JSON.
   * @throws LabError `check` when it is none; the message shows how it begins
   */
  json<T = unknown>(): T;
}

/**
 * What a curl gave back. Its members are those of the last transfer, which is the only one unless several URLs were
 * asked for. A failed request is an answer too, never an error: look at `exitCode` and `status`.
 *
 * @example
 * const answer = await lab.curl('http://front-envoy:8080/service/1');
 * assert.equal(answer.status, 200);
 * assert.equal(answer.header('server'), 'envoy');
 */
export interface CurlAnswer extends CurlTransfer {
  /** One for each URL, in order. */
  readonly transfers: readonly CurlTransfer[];
  /** What curl wrote to stderr: with `-v` all of its report, else its error message. */
  readonly stderr: string;
  /** The command as a line to paste behind `envoy-lab`, such as `curl http://front-envoy:8080/`. */
  readonly command: string;
}

/** @param results one for each transfer, at least one */
export function answerOf(results: readonly CurlResult[]): CurlAnswer {
  const transfers = results.map(transferOf);
  const { stderr, command } = results.at(-1)!;
  return { ...transfers.at(-1)!, transfers, stderr, command };
}

function transferOf({ exitCode, status, headers, body, timeMs, command }: CurlResult): CurlTransfer {
  return {
    exitCode,
    status,
    headers,
    body,
    timeMs,
    header: (name) => headers.get(name.toLowerCase())?.join(', '),
    json: () => {
      try {
        return JSON.parse(body);
      } catch (error) {
        const begin = body === '' ? 'is empty' : `begins with ${JSON.stringify(body.slice(0, 80))}`;
        throw new LabError('check', `${command}: the body is no JSON, it ${begin}`, { cause: error });
      }
    },
  };
}
