/**
 * Stats as Envoy has them: a dotted name, a number. A counter only grows, a gauge moves, a histogram takes
 * samples. Objects are made once, when config is loaded, and kept by whoever counts: the request path does no
 * look-up by name. Values live in slots of one typed array, so that workers can share it.
 */
export interface Counter {
  readonly name: string;
  readonly value: number;
  inc(): void;
  add(amount: number): void;
  reset(): void;
}

export interface Gauge {
  readonly name: string;
  readonly value: number;
  inc(): void;
  dec(): void;
  set(value: number): void;
  add(amount: number): void;
  sub(amount: number): void;
}

/** A counter or gauge as the admin interface shows it. */
export interface ShownStat {
  readonly name: string;
  readonly value: number;
  /** Whether it was ever touched. */
  readonly used: boolean;
}

export interface Histogram {
  readonly name: string;
  /** In the histogram's own unit; Envoy's `_time` and `_ms` ones are milliseconds. */
  record(value: number): void;
}

/** Makes stats under a prefix. The same full name gives the same object. */
export interface Scope {
  /** With its trailing dot, such as `cluster.service1.`; empty at the root. */
  readonly prefix: string;
  counter(name: string): Counter;
  gauge(name: string): Gauge;
  histogram(name: string): Histogram;
  /** A scope below; characters Envoy replaces in stat names (`:` becomes `_`) are replaced in `name`. */
  scope(name: string): Scope;
  /** A scope below whose name stays as it is, as those of HTTP filters do in Envoy. */
  verbatimScope(name: string): Scope;
}
