import type { LogLevel } from './logger.ts';

/** What a log line is made of. */
export interface LogRecord {
  readonly level: LogLevel;
  readonly name: string;
  readonly message: string;
}

/** Envoy's default without the C++ source position. */
export const defaultLogPattern = '[%Y-%m-%d %T.%e][%t][%l][%n] %v';

/**
 * Fills in a `--log-format` pattern: the flags of spdlog that Envoy documents
 * (https://github.com/gabime/spdlog/wiki/3.-Custom-formatting). There is no source file here: `%g %s %# %!` are empty.
 */
export function formatLogLine(pattern: string, record: LogRecord, now: Date, thread: number): string {
  const line = pattern.replaceAll('[%g:%#] ', '');
  return line.replace(/%(.)/g, (whole, flag: string) => flags[flag]?.(record, now, thread) ?? whole);
}

type Flag = (record: LogRecord, now: Date, thread: number) => string;

const pad = (value: number, width = 2): string => String(value).padStart(width, '0');
const time = (now: Date): string =>
  `${pad(now.getUTCHours())}:${pad(now.getUTCMinutes())}:${pad(now.getUTCSeconds())}`;

const flags: Readonly<Record<string, Flag>> = {
  v: (record) => record.message,
  _: (record) => record.message.replaceAll('\n', '\\n'),
  l: (record) => record.level,
  L: (record) => record.level[0]!.toUpperCase(),
  n: (record) => record.name,
  t: (_record, _now, thread) => String(thread),
  P: (_record, _now, thread) => String(thread),
  Y: (_record, now) => String(now.getUTCFullYear()),
  C: (_record, now) => pad(now.getUTCFullYear() % 100),
  m: (_record, now) => pad(now.getUTCMonth() + 1),
  d: (_record, now) => pad(now.getUTCDate()),
  H: (_record, now) => pad(now.getUTCHours()),
  M: (_record, now) => pad(now.getUTCMinutes()),
  S: (_record, now) => pad(now.getUTCSeconds()),
  T: (_record, now) => time(now),
  D: (_record, now) =>
    `${pad(now.getUTCMonth() + 1)}/${pad(now.getUTCDate())}/${pad(now.getUTCFullYear() % 100)}`,
  e: (_record, now) => pad(now.getUTCMilliseconds(), 3),
  f: (_record, now) => pad(now.getUTCMilliseconds() * 1000, 6),
  F: (_record, now) => pad(now.getUTCMilliseconds() * 1e6, 9),
  E: (_record, now) => String(Math.floor(now.getTime() / 1000)),
  z: () => '+00:00',
  g: () => '',
  s: () => '',
  '#': () => '',
  '!': () => '',
  '^': () => '',
  $: () => '',
  '%': () => '%',
};
