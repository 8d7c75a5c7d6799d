import { type LogLevel, parseLogLevel } from './log/logger.ts';
import { defaultLogPattern } from './log/pattern.ts';
import type { DrainStrategy } from './server/drain-manager.ts';

/** What the command line says, Envoy's defaults filled in. */
export interface Flags {
  readonly configPath: string;
  readonly configYaml: string;
  readonly mode: 'serve' | 'validate';
  readonly allowUnknownStaticFields: boolean;
  readonly allowUnsupported: boolean;
  readonly adminAddressPath: string;
  readonly baseIdPath: string;
  readonly logLevel: LogLevel;
  /** `[component, level]`. */
  readonly componentLogLevels: readonly (readonly [string, LogLevel])[];
  readonly logPattern: string;
  readonly logPath: string;
  readonly concurrency: number;
  readonly serviceCluster: string;
  readonly serviceNode: string;
  readonly serviceZone: string;
  /** ms. */
  readonly fileFlushIntervalMs: number;
  readonly drainTimeMs: number;
  readonly drainStrategy: DrainStrategy;
  readonly localAddressIpVersion: 'v4' | 'v6';
  readonly restartEpoch: number;
  /** As given, for `/server_info`. */
  readonly given: ReadonlyMap<string, string | true>;
}

/** The command line makes no sense; the message is what to print. */
export class FlagError extends Error {}

/** A flag: its names, the kind of its value, what it does. */
export interface FlagSpec {
  readonly name: string;
  readonly short?: string;
  readonly value?: 'string' | 'uint32_t';
  readonly help: string;
}

/** All flags, as `--help` lists them. The last is ours, the others Envoy's. */
export const flagSpecs: readonly FlagSpec[] = [
  { name: 'config-path', short: 'c', value: 'string', help: 'Path to the configuration file: YAML or JSON' },
  {
    name: 'config-yaml',
    value: 'string',
    help: 'Configuration in YAML or JSON, merged over that of --config-path',
  },
  {
    name: 'mode',
    value: 'string',
    help: "'serve' (default), or 'validate': check the configuration and exit",
  },
  {
    name: 'admin-address-path',
    value: 'string',
    help: 'File to write the address of the admin interface to',
  },
  {
    name: 'log-level',
    short: 'l',
    value: 'string',
    help: 'trace, debug, info (default), warning, error, critical, off',
  },
  {
    name: 'component-log-level',
    value: 'string',
    help: 'Levels of single loggers: upstream:debug,config:trace',
  },
  { name: 'log-format', value: 'string', help: 'Format of log lines, in the words of spdlog' },
  { name: 'log-path', value: 'string', help: 'File to log to instead of standard error' },
  { name: 'concurrency', value: 'uint32_t', help: 'Number of worker threads; 1 by default' },
  { name: 'service-cluster', value: 'string', help: 'Cluster this proxy is part of' },
  { name: 'service-node', value: 'string', help: 'Name of this proxy' },
  { name: 'service-zone', value: 'string', help: 'Zone this proxy runs in' },
  {
    name: 'file-flush-interval-msec',
    value: 'uint32_t',
    help: 'How often log files are flushed; 10000 by default',
  },
  { name: 'drain-time-s', value: 'uint32_t', help: 'Time removed listeners have to drain; 600 by default' },
  { name: 'drain-strategy', value: 'string', help: "'gradual' (default) or 'immediate'" },
  { name: 'parent-shutdown-time-s', value: 'uint32_t', help: 'Accepted; there is no hot restart' },
  { name: 'base-id', value: 'uint32_t', help: 'Accepted; there is no hot restart' },
  { name: 'use-dynamic-base-id', help: 'Accepted; there is no hot restart' },
  { name: 'base-id-path', value: 'string', help: 'File to write the base id to, always 0' },
  { name: 'restart-epoch', value: 'uint32_t', help: 'Accepted when 0; there is no hot restart' },
  { name: 'disable-hot-restart', help: 'Accepted; there is no hot restart' },
  { name: 'local-address-ip-version', value: 'string', help: "'v4' (default) or 'v6'" },
  { name: 'allow-unknown-static-fields', help: 'Take fields Envoy does not know as warnings' },
  { name: 'allow-unknown-fields', help: 'The same, deprecated' },
  { name: 'reject-unknown-dynamic-fields', help: 'Accepted; there is no dynamic configuration yet' },
  { name: 'ignore-unknown-dynamic-fields', help: 'Accepted; there is no dynamic configuration yet' },
  { name: 'cpuset-threads', help: 'Accepted; see --concurrency' },
  { name: 'version', help: 'Print the version and exit' },
  { name: 'help', short: 'h', help: 'Print this help and exit' },
  { name: 'allow-unsupported', help: 'Take fields this data plane does not implement as warnings' },
];

/**
 * Reads a command line.
 *
 * @throws FlagError in Envoy's words
 */
export function parseFlags(args: readonly string[]): Flags {
  const given = readGiven(args);
  const text = (name: string): string => (given.get(name) as string | undefined) ?? '';
  const number = (name: string, standard: number): number =>
    given.has(name) ? Number(text(name)) : standard;
  const mode = text('mode') || 'serve';
  if (mode !== 'serve' && mode !== 'validate') throw new FlagError(`error: unknown mode '${mode}'`);
  const drainStrategy = text('drain-strategy') || 'gradual';
  if (drainStrategy !== 'gradual' && drainStrategy !== 'immediate') {
    throw new FlagError(`error: unknown drain-strategy '${drainStrategy}'`);
  }
  const ipVersion = text('local-address-ip-version') || 'v4';
  if (ipVersion !== 'v4' && ipVersion !== 'v6') {
    throw new FlagError(`error: unknown IP address version '${ipVersion}'`);
  }
  return {
    configPath: text('config-path'),
    configYaml: text('config-yaml'),
    mode,
    allowUnknownStaticFields: given.has('allow-unknown-static-fields') || given.has('allow-unknown-fields'),
    allowUnsupported: given.has('allow-unsupported'),
    adminAddressPath: text('admin-address-path'),
    baseIdPath: text('base-id-path'),
    logLevel: level(text('log-level') || 'info'),
    componentLogLevels: componentLevels(text('component-log-level')),
    logPattern: text('log-format') || defaultLogPattern,
    logPath: text('log-path'),
    concurrency: Math.max(1, number('concurrency', 1)),
    serviceCluster: text('service-cluster'),
    serviceNode: text('service-node'),
    serviceZone: text('service-zone'),
    fileFlushIntervalMs: number('file-flush-interval-msec', 10_000),
    drainTimeMs: number('drain-time-s', 600) * 1000,
    drainStrategy,
    localAddressIpVersion: ipVersion,
    restartEpoch: number('restart-epoch', 0),
    given,
  };
}

function readGiven(args: readonly string[]): Map<string, string | true> {
  const given = new Map<string, string | true>();
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === '--' || arg === '--ignore_rest') break;
    const spec = flagSpecs.find(({ name, short }) => arg === `--${name}` || (short && arg === `-${short}`));
    if (spec === undefined) throw parseError(arg, "Couldn't find match for argument");
    const title = spec.short === undefined ? `(--${spec.name})` : `-${spec.short} (--${spec.name})`;
    if (given.has(spec.name)) throw parseError(title, 'Argument already set!');
    if (spec.value === undefined) {
      given.set(spec.name, true);
      continue;
    }
    const value = args[++i];
    if (value === undefined) throw parseError(title, 'Missing a value for this argument!');
    if (spec.value === 'uint32_t' && !(/^\d+$/.test(value) && Number(value) < 2 ** 32)) {
      throw parseError(title, `Couldn't read argument value from string '${value}'`);
    }
    given.set(spec.name, value);
  }
  return given;
}

function parseError(argument: string, message: string): FlagError {
  return new FlagError(`PARSE ERROR: Argument: ${argument}\n             ${message}\n\nSee --help.`);
}

function level(text: string): LogLevel {
  const known = parseLogLevel(text);
  if (known === undefined) throw new FlagError(`error: invalid log level specified '${text}'`);
  return known;
}

function componentLevels(text: string): (readonly [string, LogLevel])[] {
  if (text === '') return [];
  return text.split(',').map((one) => {
    const [name = '', value = '', ...rest] = one.split(':');
    if (rest.length > 0 || value === '') {
      throw new FlagError(`error: component log level not correctly specified '${one}'`);
    }
    return [name, level(value)] as const;
  });
}

/** What `--help` prints. */
export function helpText(program: string): string {
  const lines = flagSpecs.map(({ name, short, value, help }) => {
    const names = short === undefined ? `    --${name}` : `-${short}, --${name}`;
    return `  ${`${names}${value === undefined ? '' : ` <${value}>`}`.padEnd(42)}${help}`;
  });
  return `Usage: ${program} [options]\n\n${lines.join('\n')}\n`;
}
