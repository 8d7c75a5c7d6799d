import { formatLogLine, type LogRecord } from './pattern.ts';

/** Envoy's levels, the least important first. */
export const logLevels = ['trace', 'debug', 'info', 'warning', 'error', 'critical', 'off'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Envoy's loggers that have something to say here. */
export const loggerNames = [
  'admin',
  'client',
  'config',
  'connection',
  'dns',
  'filter',
  'http',
  'main',
  'pool',
  'router',
  'runtime',
  'stats',
  'upstream',
] as const;
export type LoggerName = (typeof loggerNames)[number];

/** One component's log. Its level may be changed while it runs (`/logging`). */
export class Logger {
  readonly name: LoggerName;
  level: LogLevel;
  #rank: number;
  readonly #sink: (record: LogRecord) => void;

  constructor(name: LoggerName, level: LogLevel, sink: (record: LogRecord) => void) {
    this.name = name;
    this.level = level;
    this.#rank = logLevels.indexOf(level);
    this.#sink = sink;
  }

  setLevel(level: LogLevel): void {
    this.level = level;
    this.#rank = logLevels.indexOf(level);
  }

  enabled(level: LogLevel): boolean {
    return logLevels.indexOf(level) >= this.#rank;
  }

  trace(message: string): void {
    this.#log('trace', message);
  }

  debug(message: string): void {
    this.#log('debug', message);
  }

  info(message: string): void {
    this.#log('info', message);
  }

  warn(message: string): void {
    this.#log('warning', message);
  }

  error(message: string): void {
    this.#log('error', message);
  }

  critical(message: string): void {
    this.#log('critical', message);
  }

  #log(level: LogLevel, message: string): void {
    if (this.enabled(level)) this.#sink({ level, name: this.name, message });
  }
}

/** All loggers of one process. */
export class LoggerSet {
  readonly #loggers = new Map<LoggerName, Logger>();

  /**
   * `write` takes finished lines. `pattern` is that of `--log-format`. `thread` is the process' or worker's number.
   */
  constructor(level: LogLevel, write: (line: string) => void, pattern: string, thread: number) {
    const sink = (record: LogRecord): void => {
      write(`${formatLogLine(pattern, record, new Date(), thread)}\n`);
    };
    for (const name of loggerNames) this.#loggers.set(name, new Logger(name, level, sink));
  }

  get(name: LoggerName): Logger {
    return this.#loggers.get(name)!;
  }

  /** By name; undefined when there is no such logger. */
  find(name: string): Logger | undefined {
    return this.#loggers.get(name as LoggerName);
  }

  setLevel(level: LogLevel): void {
    for (const logger of this.#loggers.values()) logger.setLevel(level);
  }

  [Symbol.iterator](): IterableIterator<Logger> {
    return this.#loggers.values();
  }
}

/** `warn` is `warning`, as in Envoy; undefined for no level. */
export function parseLogLevel(text: string): LogLevel | undefined {
  const level = text === 'warn' ? 'warning' : text;
  return logLevels.find((known) => known === level);
}
