/** How a check went. */
export interface CheckResult {
  readonly name: string;
  readonly ok: boolean;
  readonly durationMs: number;
  /** The steps that ran: all of them, or up to the first that failed. */
  readonly steps: readonly StepResult[];
  /** What could not be put back afterwards; such a check is not ok. */
  readonly restoreFailures: readonly string[];
}

export interface StepResult {
  /** One line: `curl http://front-envoy:8080/service/1, 30 times`. */
  readonly what: string;
  readonly ok: boolean;
  readonly durationMs: number;
  readonly failures: readonly Failure[];
  /** A command to paste that does the same by hand; undefined where there is none. */
  readonly command: string | undefined;
}

export interface Failure {
  /** What was looked at: `status`, `header server`, `stat cluster.web.upstream_rq_200 of front-envoy`. */
  readonly what: string;
  readonly expected: string;
  readonly actual: string;
  /** More lines that help to understand it: the body's first lines, what curl said. */
  readonly detail: readonly string[];
}
