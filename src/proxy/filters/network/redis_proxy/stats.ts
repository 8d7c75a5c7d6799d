import type { Counter, Gauge, Histogram, Scope } from '../../../stats/stats.ts';
import {
  anyHostCommands,
  clusterCommands,
  evalCommands,
  objectCommands,
  simpleCommands,
  sumCommands,
  transactionCommands,
} from './commands.ts';

const counters = [
  'downstream_cx_drain_close',
  'downstream_cx_protocol_error',
  'downstream_cx_rx_bytes_total',
  'downstream_cx_total',
  'downstream_cx_tx_bytes_total',
  'downstream_rq_noproto',
  'downstream_rq_total',
] as const;
const gauges = [
  'downstream_cx_active',
  'downstream_cx_rx_bytes_buffered',
  'downstream_cx_tx_bytes_buffered',
  'downstream_rq_active',
] as const;

/** `redis.<stat_prefix>.downstream_…` */
export type ProxyStats = Readonly<
  Record<(typeof counters)[number], Counter> & Record<(typeof gauges)[number], Gauge>
>;

/** `redis.<stat_prefix>.command.<command>.…` */
export interface CommandStats {
  readonly total: Counter;
  readonly success: Counter;
  readonly error: Counter;
  readonly latency: Histogram;
}

/** `redis.<stat_prefix>.splitter.…` and the stats of each command. */
export interface SplitterStats {
  readonly invalidRequest: Counter;
  readonly unsupportedCommand: Counter;
  readonly commands: ReadonlyMap<string, CommandStats>;
}

/** `scope` is `redis.<stat_prefix>.` */
export function createProxyStats(scope: Scope): ProxyStats {
  return Object.fromEntries([
    ...counters.map((name) => [name, scope.counter(name)]),
    ...gauges.map((name) => [name, scope.gauge(name)]),
  ]) as ProxyStats;
}

/** `custom`: commands that the config adds. */
export function createSplitterStats(scope: Scope, custom: readonly string[]): SplitterStats {
  const splitter = scope.scope('splitter');
  const names = [
    ...simpleCommands,
    ...evalCommands,
    ...objectCommands,
    ...sumCommands,
    ...clusterCommands,
    ...anyHostCommands,
    ...transactionCommands,
    'mget',
    'mset',
    'scan',
    'info.shard',
    ...custom,
  ];
  return {
    invalidRequest: splitter.counter('invalid_request'),
    unsupportedCommand: splitter.counter('unsupported_command'),
    commands: new Map(names.map((name) => [name, commandStats(scope.scope(`command.${name}`))])),
  };
}

function commandStats(scope: Scope): CommandStats {
  // Faults cannot be configured; their counters are there all the same.
  scope.counter('error_fault');
  scope.counter('delay_fault');
  return {
    total: scope.counter('total'),
    success: scope.counter('success'),
    error: scope.counter('error'),
    latency: scope.histogram('latency'),
  };
}
