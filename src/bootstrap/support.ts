/**
 * Which fields of Envoy's API a data plane implements, message by message. What Envoy knows and the data plane does
 * not is an error that names the path; so a field that is listed here must really be read.
 */
export interface FieldSupport {
  /** Of an enum: the values that are implemented, all of them when absent. */
  readonly values?: readonly string[];
  /** Accepted without effect, and why that is right: `only Envoy's own tracing reads it`. */
  readonly noEffect?: string;
}

/** By full message name (`envoy.config.route.v3.Route`), then by field name as in the .proto (snake_case). */
export type SupportTable = Readonly<Record<string, Readonly<Record<string, FieldSupport>>>>;

/** Fields implemented without any restriction. */
export function fields(...names: string[]): Record<string, FieldSupport> {
  return Object.fromEntries(names.map((name) => [name, {}]));
}

/** One table of several; two tables may describe the same message, then their fields are joined. */
export function mergeSupport(tables: readonly SupportTable[]): SupportTable {
  const merged: Record<string, Record<string, FieldSupport>> = {};
  for (const table of tables) {
    for (const [message, support] of Object.entries(table)) {
      merged[message] = { ...merged[message], ...support };
    }
  }
  return merged;
}
