/**
 * Runtime values as the request path asks for them (envoy/runtime/runtime.h): by key, with the default of the
 * config that asks. Reading is a map look-up; a change swaps the whole snapshot.
 */
export interface Runtime {
  /** The value as text, or undefined when no layer sets the key. */
  get(key: string): string | undefined;
  /** An unsigned integer; the default when unset or no integer. */
  integer(key: string, defaultValue: number): number;
  boolean(key: string, defaultValue: boolean): boolean;
  /** The fraction of `key`, or the default; `random` is any unsigned integer. True for that fraction of them. */
  fractionEnabled(key: string, defaultValue: Fraction, random: number): boolean;
}

/** `numerator` of `denominator`: 5 of 100 is five percent. */
export interface Fraction {
  readonly numerator: number;
  readonly denominator: number;
}

export const denominators = { HUNDRED: 100, TEN_THOUSAND: 10_000, MILLION: 1_000_000 } as const;
