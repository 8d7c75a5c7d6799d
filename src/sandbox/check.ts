import type { Position } from '../document/problem.ts';

/** A test of a running lab, written in the sandbox file: steps that run in order until one fails. */
export interface Check {
  readonly name: string;
  readonly at: Position;
  readonly steps: readonly Step[];
}

/** One thing to do, and what is expected of it. */
export interface Step {
  readonly at: Position;
  readonly action: Action;
  /** How often the action runs; at least 1. */
  readonly repeat: number;
  /** How many of the repeats run at the same time; at least 1. */
  readonly parallel: number;
  /** The whole step is done again until its expectations hold, for at most this many ms. undefined: once. */
  readonly eventuallyMs: number | undefined;
  readonly expect: Expectation;
}

/** What a step does. Node names may be a node (`service1`) or one of its replicas (`service1-2`). */
export type Action =
  | {
      readonly kind: 'curl';
      /** curl's arguments, without the word `curl`. */
      readonly words: readonly string[];
      /** The node it is sent from; undefined: from the host. */
      readonly from: string | undefined;
    }
  | {
      readonly kind: 'exec';
      readonly node: string;
      readonly container: string | undefined;
      readonly argv: readonly string[];
    }
  | { readonly kind: 'scale'; readonly replicas: Readonly<Record<string, number>> }
  | { readonly kind: 'stop' | 'start'; readonly nodes: readonly string[] }
  | {
      readonly kind: 'kill';
      readonly nodes: readonly string[];
      /** undefined: all containers of the node. */
      readonly container: string | undefined;
      readonly signal: NodeJS.Signals;
    }
  | { readonly kind: 'pause'; readonly ms: number }
  /** Waits until the nodes are ready. */
  | { readonly kind: 'ready'; readonly nodes: readonly string[] };

/** A text to compare with. */
export type TextMatch =
  | { readonly kind: 'equals'; readonly text: string }
  | { readonly kind: 'contains'; readonly text: string }
  | { readonly kind: 'regex'; readonly source: string; readonly flags: string };

/** A number to compare with. */
export interface NumberMatch {
  readonly op: '==' | '!=' | '<' | '<=' | '>' | '>=';
  readonly value: number;
}

/** Everything absent, or an empty list, is not looked at; but an exit code that is not named must be 0. */
export interface Expectation {
  /** Accepted status codes, as ranges with both ends included; empty: any. */
  readonly status: readonly { readonly from: number; readonly to: number }[];
  readonly headers: readonly HeaderExpectation[];
  readonly body: readonly TextMatch[];
  readonly json: readonly JsonExpectation[];
  /** The longest one request or command may take, in ms. */
  readonly timeMs: number | undefined;
  readonly exitCode: number | undefined;
  readonly stdout: readonly TextMatch[];
  readonly stderr: readonly TextMatch[];
  readonly stats: readonly StatExpectation[];
  readonly logs: readonly LogExpectation[];
  readonly spread: SpreadExpectation | undefined;
}

export interface HeaderExpectation {
  /** Lower case. */
  readonly name: string;
  /** null: the header must be absent. */
  readonly match: TextMatch | null;
}

/** A value in a JSON body, or in the JSON a command printed. */
export interface JsonExpectation {
  /** As in `items[0].name`; empty: the whole. */
  readonly path: readonly (string | number)[];
  /** The path as it was written. */
  readonly text: string;
  /** Plain data, compared deeply; a match applies to the value as text. */
  readonly value:
    | { readonly kind: 'equals'; readonly data: unknown }
    | (TextMatch & { kind: 'regex' })
    | null;
}

/** A counter or gauge of a node's Envoy; of several replicas, their sum. */
export interface StatExpectation {
  readonly node: string;
  readonly container: string | undefined;
  readonly name: string;
  /** `increase`: compared is what the step added to it, not its value. */
  readonly mode: 'value' | 'increase';
  readonly match: NumberMatch;
}

/** Lines a node printed since the step began. */
export interface LogExpectation {
  readonly node: string;
  readonly container: string | undefined;
  readonly line: TextMatch;
  /** How many lines match. */
  readonly count: NumberMatch;
}

/** How the answers of a repeated step are spread over who gave them. */
export interface SpreadExpectation {
  /** What tells one answerer from another: the first group of a regular expression on the body, a header, a JSON path. */
  readonly by:
    | { readonly kind: 'regex'; readonly source: string; readonly flags: string }
    | { readonly kind: 'header'; readonly name: string }
    | { readonly kind: 'json'; readonly path: readonly (string | number)[]; readonly text: string };
  /** How many different ones answered. */
  readonly distinct: NumberMatch | undefined;
  /** How often each of them answered, give or take `tolerance`. */
  readonly each: number | undefined;
  readonly tolerance: number;
}
