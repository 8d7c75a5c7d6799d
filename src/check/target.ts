import type { CurlResult } from '../curl/curl.ts';

/**
 * A running lab as far as checks need it. The lab layer implements it; node names are those of the sandbox
 * (`service1`) or of a replica (`service1-2`), and what is asked of a bare name is asked of all its replicas unless
 * said otherwise. Every method throws a LabError when it cannot do what it says, and soon after `signal` aborts.
 */
export interface CheckTarget {
  /** Replica names (`service1-1`, …) of a node in order, running or not; of a replica, itself. */
  replicas(node: string): Promise<readonly string[]>;
  /** Whether a replica's containers run as they should: not stopped, killed, or ended by themselves. */
  running(replica: string): Promise<boolean>;
  /**
   * Runs curl from the host, or from inside a node (its first replica). One result for each transfer, as
   * `captureCurl` gives them.
   */
  curl(request: CheckCurlRequest): Promise<readonly CurlResult[]>;
  /** Runs a command in a node (its first replica) and waits for its end. */
  exec(request: CheckExecRequest): Promise<CheckExecResult>;
  /** Changes the number of replicas and returns when they are ready and every proxy that names the node knows them. */
  scale(replicas: Readonly<Record<string, number>>, signal: AbortSignal): Promise<void>;
  stop(node: string, signal: AbortSignal): Promise<void>;
  /** Starts what is stopped, killed or exited, and returns when it runs (not yet ready). */
  start(node: string, signal: AbortSignal): Promise<void>;
  kill(request: CheckKillRequest): Promise<void>;
  /** Returns when all containers of all replicas are ready, and every proxy that names the node knows them. */
  waitReady(nodes: readonly string[], signal: AbortSignal): Promise<void>;
  /**
   * Counters and gauges by name, read from the admin of a replica's Envoy (its first one, or that of `container`).
   */
  stats(
    replica: string,
    container: string | undefined,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, number>>;
  /** Lines that all containers of a node (or one) printed from `since` (ms since the epoch) until now. */
  logs(
    node: string,
    container: string | undefined,
    since: number,
    signal: AbortSignal,
  ): Promise<readonly CheckLogLine[]>;
}

export interface CheckCurlRequest {
  /** curl's arguments. */
  readonly words: readonly string[];
  readonly from: string | undefined;
  readonly signal: AbortSignal;
}

export interface CheckExecRequest {
  readonly node: string;
  readonly container: string | undefined;
  readonly argv: readonly string[];
  readonly signal: AbortSignal;
}

export interface CheckExecResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** From start to exit. */
  readonly timeMs: number;
}

export interface CheckKillRequest {
  readonly node: string;
  /** undefined: all containers of the node. */
  readonly container: string | undefined;
  /** Name of the signal to send. */
  readonly killSignal: NodeJS.Signals;
  readonly signal: AbortSignal;
}

export interface CheckLogLine {
  readonly node: string;
  readonly container: string;
  readonly text: string;
}
