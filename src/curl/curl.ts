import type { Readable, Writable } from 'node:stream';
import type { Dialed } from '../runtime/runtime.ts';

/** How names of the lab are reached from where curl runs. */
export interface CurlNetwork {
  /**
   * The replica that a URL's host means: a node's name, an alias, a replica's name. undefined: it is none of the
   * lab's, curl finds it by itself. Asked once a run for each host and port, in lower case; of several replicas any
   * may be the answer.
   */
  resolve(host: string): string | undefined;
  /**
   * A local address that leads to a port of that replica.
   * @throws LabError whose cause has the code `ECONNREFUSED` when nothing listens there
   */
  dial(replica: string, port: number): Promise<Dialed>;
  /** Where a redirect may lead when curl follows it (`-L`): names and ports of the lab, such as the published ones. */
  redirectTargets?(): readonly { readonly host: string; readonly port: number }[];
}

/** Where curl's three streams go. */
export interface CurlStreams {
  /** undefined: empty. */
  readonly stdin: Readable | undefined;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** They are this process's own: a child may inherit them, so that curl sees a terminal where there is one. */
  readonly inherit?: boolean;
}

/** Runs one curl: the system's, the built-in one, or one inside a node. Resolves with its exit code. */
export type CurlRunner = (
  argv: readonly string[],
  options: {
    /** Added to the environment; names in a `no_proxy` that is there already stay in it. */
    readonly env: Readonly<Record<string, string>>;
    readonly streams: CurlStreams;
    readonly signal: AbortSignal | undefined;
  },
) => Promise<number>;

/** One transfer: curl makes as many as the words name URLs. */
export interface CurlResult {
  /** curl's own: 0, 2 (a wrong option; no transfer then), 6 (no such host), 7 (refused), 28 (timeout), 35 (TLS), 52 (empty answer), 56 (reset), … */
  readonly exitCode: number;
  /** 0 when no answer came. */
  readonly status: number;
  /** Of the last answer (after redirects), by lower-case name, each value in the order received. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  /** As UTF-8; empty when the words send it elsewhere with `-o`. */
  readonly body: string;
  /** curl's time_total. */
  readonly timeMs: number;
  /** Of the whole run: with `-v` all of curl's report, else its error message. */
  readonly stderr: string;
  /** The command to paste: as the user wrote it, `curl` in front. */
  readonly command: string;
}
