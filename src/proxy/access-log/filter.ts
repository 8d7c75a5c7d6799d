import type { envoy } from '../../bootstrap/api.generated.ts';
import { fields, type SupportTable } from '../../bootstrap/support.ts';
import { LabError } from '../../error.ts';
import { grpcStatus, grpcStatusNames } from '../format/commands/grpc.ts';
import type { FormatContext } from '../format/context.ts';
import { type ResponseFlag, responseFlags } from '../http/stream-info.ts';
import { compileHeaderMatcher } from '../route/match/header.ts';
import { denominators } from '../runtime/runtime.ts';
import type { AccessLogFilter } from './access-log.ts';
import type { AccessLogContext } from './extension.ts';

type FilterConfig = envoy.config.accesslog.v3.AccessLogFilter;

function comparison(
  config: envoy.config.accesslog.v3.ComparisonFilter,
  { runtime }: AccessLogContext,
): (value: number) => boolean {
  const { default_value: fallback = 0, runtime_key: key = '' } = config.value;
  const limit = (): number => (key === '' ? fallback : runtime.integer(key, fallback));
  switch (config.op ?? 'EQ') {
    case 'GE':
      return (value) => value >= limit();
    case 'LE':
      return (value) => value <= limit();
    case 'NE':
      return (value) => value !== limit();
    default:
      return (value) => value === limit();
  }
}

/** Samples by the request id, so that all proxies on a request's way log the same ones. */
function runtimeFilter(
  config: envoy.config.accesslog.v3.RuntimeFilter,
  { runtime, random }: AccessLogContext,
): AccessLogFilter {
  const { numerator = 0, denominator = 'HUNDRED' } = config.percent_sampled ?? {};
  const fraction = { numerator, denominator: denominators[denominator] };
  const ownDraw = config.use_independent_randomness ?? false;
  return ({ info }) => {
    const id = ownDraw ? undefined : /^[0-9a-f]{8}/i.exec(info.requestId ?? '')?.[0];
    const draw = id === undefined ? random() : Number.parseInt(id, 16);
    return runtime.fractionEnabled(config.runtime_key, fraction, draw);
  };
}

function flagFilter(config: envoy.config.accesslog.v3.ResponseFlagFilter): AccessLogFilter {
  const wanted = (config.flags ?? []) as ResponseFlag[];
  for (const flag of wanted)
    if (!responseFlags.includes(flag)) throw new LabError('invalid', `${flag} is no response flag`);
  if (wanted.length === 0) return ({ info }) => info.flags.size > 0;
  return ({ info }) => wanted.some((flag) => info.flags.has(flag));
}

function grpcFilter(config: envoy.config.accesslog.v3.GrpcStatusFilter): AccessLogFilter {
  const statuses = new Set((config.statuses ?? []).map((name) => grpcStatusNames.indexOf(name)));
  const exclude = config.exclude ?? false;
  return (context) => statuses.has(grpcStatus(context) ?? 2) !== exclude;
}

function logTypeFilter(config: envoy.config.accesslog.v3.LogTypeFilter): AccessLogFilter {
  const types = new Set<string>(config.types ?? []);
  const exclude = config.exclude ?? false;
  return ({ accessLogType }) => types.has(accessLogType ?? 'NotSet') !== exclude;
}

/** The duration of a request that is over, ms; of another one so far. */
function duration({ info }: FormatContext, context: AccessLogContext): number {
  return Math.floor((info.end ?? context.environment.clock.now()) - info.start);
}

/** Compiles envoy.config.accesslog.v3.AccessLogFilter. */
export function compileFilter(config: FilterConfig, context: AccessLogContext): AccessLogFilter {
  if (config.status_code_filter) {
    const matches = comparison(config.status_code_filter.comparison, context);
    return ({ info }) => matches(info.responseCode ?? 0);
  }
  if (config.duration_filter) {
    const matches = comparison(config.duration_filter.comparison, context);
    return (entry) => matches(duration(entry, context));
  }
  if (config.header_filter) {
    const matches = compileHeaderMatcher(config.header_filter.header, context.runtime);
    return ({ request }) => request !== undefined && matches(request);
  }
  if (config.and_filter) {
    const filters = config.and_filter.filters.map((filter) => compileFilter(filter, context));
    return (entry) => filters.every((filter) => filter(entry));
  }
  if (config.or_filter) {
    const filters = config.or_filter.filters.map((filter) => compileFilter(filter, context));
    return (entry) => filters.some((filter) => filter(entry));
  }
  if (config.response_flag_filter) return flagFilter(config.response_flag_filter);
  if (config.runtime_filter) return runtimeFilter(config.runtime_filter, context);
  if (config.grpc_status_filter) return grpcFilter(config.grpc_status_filter);
  if (config.log_type_filter) return logTypeFilter(config.log_type_filter);
  // not_health_check_filter: only the health check filter marks requests, and there is none.
  return () => true;
}

export const accessLogFilterSupport: SupportTable = {
  'envoy.config.accesslog.v3.AccessLogFilter': {
    ...fields(
      'status_code_filter',
      'duration_filter',
      'runtime_filter',
      'and_filter',
      'or_filter',
      'header_filter',
      'response_flag_filter',
      'grpc_status_filter',
      'log_type_filter',
    ),
    not_health_check_filter: { noEffect: 'only the health check filter marks requests, and there is none' },
  },
  'envoy.config.accesslog.v3.StatusCodeFilter': fields('comparison'),
  'envoy.config.accesslog.v3.DurationFilter': fields('comparison'),
  'envoy.config.accesslog.v3.ComparisonFilter': fields('op', 'value'),
  'envoy.config.core.v3.RuntimeUInt32': fields('default_value', 'runtime_key'),
  'envoy.config.accesslog.v3.NotHealthCheckFilter': {},
  'envoy.config.accesslog.v3.RuntimeFilter': fields(
    'runtime_key',
    'percent_sampled',
    'use_independent_randomness',
  ),
  'envoy.config.accesslog.v3.AndFilter': fields('filters'),
  'envoy.config.accesslog.v3.OrFilter': fields('filters'),
  'envoy.config.accesslog.v3.HeaderFilter': fields('header'),
  'envoy.config.accesslog.v3.ResponseFlagFilter': fields('flags'),
  'envoy.config.accesslog.v3.GrpcStatusFilter': fields('statuses', 'exclude'),
  'envoy.config.accesslog.v3.LogTypeFilter': fields('types', 'exclude'),
};
