import type { Document, Path } from '../../document/document.ts';
import { formatPath, type Problem } from '../../document/problem.ts';
import type { SupportTable } from '../support.ts';

/** In place of a value that is wrong, or that is left out because the data plane does not implement it. */
export const Nothing = Symbol('nothing');
/** {@link Nothing}, and what holds it is left out with it: an extension without its config is none. */
export const Dropped = Symbol('dropped');

/** Whether a value was read at all. */
export function isValue(value: unknown): boolean {
  return value !== Nothing && value !== Dropped;
}

export interface ReportOptions {
  readonly hint?: string | undefined;
  /** Points at the key instead of the value. */
  readonly atKey?: boolean;
  /** Step below the present path, of what is missing; the position stays that of the present path. */
  readonly below?: string;
  readonly severity?: Problem['severity'];
}

/**
 * A use of what Envoy refuses unless the runtime key `envoy.deprecated_features:<name>` allows it. The bootstrap itself
 * is read before there is a runtime, so outside of an Any it is only warned of.
 */
export interface DisallowedUse {
  readonly name: string;
  readonly path: Path;
  readonly inAny: boolean;
}

/** The state of reading one document: where we are, what was found wrong, what the data plane implements. */
export class Reading {
  /** Keys as written in the file. */
  readonly path: (string | number)[] = [];
  readonly problems: Problem[] = [];
  readonly disallowed: DisallowedUse[] = [];
  /** How many Anys we are in; at least one when it is not a bootstrap that is read. */
  anyDepth = 1;
  /** Messages that lack something the file has: a field that is wrong, or that Envoy does not know. */
  readonly incomplete = new WeakSet<object>();
  /** Whether something was left out because the data plane does not implement it. */
  leftOut = false;
  /** Undefined: everything Envoy knows is accepted. */
  support: SupportTable | undefined;
  readonly allowUnsupported: boolean;
  /** Fields Envoy does not know are warnings: `--allow-unknown-static-fields`. */
  allowUnknown = false;
  readonly document: Document | undefined;
  readonly #deprecated = new Set<string>();

  constructor(document: Document | undefined, support: SupportTable | undefined, allowUnsupported: boolean) {
    this.document = document;
    this.support = support;
    this.allowUnsupported = allowUnsupported;
  }

  report(message: string, { hint, atKey, below, severity = 'error' }: ReportOptions = {}): void {
    const at = atKey ? this.document?.positionOfKey(this.path) : this.document?.positionOf(this.path);
    const path = formatPath(below === undefined ? this.path : [...this.path, below]);
    this.problems.push({ severity, at, path, message, hint });
  }

  /** Warns of what still works and is to go; once for each name, so that it does not hide what matters more. */
  reportDeprecated(name: string, hint?: string, atKey = false): void {
    if (this.#deprecated.has(name)) return;
    this.#deprecated.add(name);
    this.report("deprecated in Envoy's API", { hint, atKey, severity: 'warning' });
  }

  /** Reports what Envoy knows and the data plane does not implement. */
  reportUnsupported(what: string): void {
    this.leftOut = true;
    const severity = this.allowUnsupported ? 'warning' : 'error';
    const hint = this.allowUnsupported ? 'ignored' : 'use --engine envoy';
    this.report(`${what} is not implemented by the ts data plane`, { hint, severity, atKey: true });
  }

  /** Notes a use of what is disallowed by default: whether it is refused shows when all is read. */
  disallow(name: string, step?: string): void {
    const path = step === undefined ? [...this.path] : [...this.path, step];
    this.disallowed.push({ name, path, inAny: this.anyDepth > 0 });
  }

  /** Reads below `step`. */
  within<T>(step: string | number, read: () => T): T {
    this.path.push(step);
    const value = read();
    this.path.pop();
    return value;
  }

  /** Reads without asking what the data plane implements. */
  withoutSupport<T>(read: () => T): T {
    const { support } = this;
    this.support = undefined;
    const value = read();
    this.support = support;
    return value;
  }
}
