import { Nothing, type Reading } from './reading.ts';
import { wrong } from './scalar.ts';

const duration = /^(-?)(\d+)(?:\.(\d{1,9}))?s$/;
/** Envoy counts a duration's nanoseconds in 64 bits. */
const maxSeconds = 9_223_372_035;

/**
 * A duration (`1.5s`, or `{ seconds: 1, nanos: 500000000 }`) in milliseconds. Protobuf knows negative ones, but
 * Envoy refuses them wherever it reads one.
 */
export function readDuration(reading: Reading, raw: unknown): unknown {
  if (typeof raw === 'object' && raw !== null && !Array.isArray(raw)) return fromParts(reading, raw);
  const [, sign, seconds, fraction = ''] = duration.exec(typeof raw === 'string' ? raw : '') ?? [];
  if (seconds === undefined) {
    const hint = /^\d+(\.\d+)?$/.test(String(raw)) ? `write ${raw}s` : undefined;
    return wrong(reading, 'a duration in seconds, such as 1.5s', raw, hint);
  }
  const ms = Number(seconds) * 1000 + Number(fraction.padEnd(9, '0')) / 1e6;
  return inRange(reading, sign === '-' && ms > 0 ? -ms : ms);
}

function fromParts(reading: Reading, raw: object): unknown {
  const { seconds = 0, nanos = 0, ...rest } = raw as Record<string, unknown>;
  if (Object.keys(rest).length > 0 || !isWhole(seconds) || !isWhole(nanos)) {
    return wrong(reading, 'a duration: seconds and nanos', raw);
  }
  return inRange(reading, Number(seconds) * 1000 + Number(nanos) / 1e6);
}

function isWhole(value: unknown): boolean {
  return (typeof value === 'number' || typeof value === 'string') && /^-?\d+$/.test(String(value));
}

function inRange(reading: Reading, ms: number): unknown {
  if (ms >= 0 && ms < (maxSeconds + 1) * 1000) return ms;
  reading.report(ms < 0 ? 'a duration must not be negative' : `a duration must be at most ${maxSeconds}s`);
  return Nothing;
}

const timestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

/** An RFC 3339 time, kept as text. */
export function readTimestamp(reading: Reading, raw: unknown): unknown {
  if (typeof raw === 'string' && timestamp.test(raw)) return raw;
  return wrong(reading, 'a time, such as 2026-01-31T12:00:00Z', raw);
}
