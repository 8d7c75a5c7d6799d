import type { envoy } from '../../bootstrap/api.generated.ts';
import { fields, mergeSupport, type SupportTable } from '../../bootstrap/support.ts';
import { LabError } from '../../error.ts';
import type { AccessLog } from './access-log.ts';
import type { AccessLogContext } from './extension.ts';
import { accessLogFilterSupport, compileFilter } from './filter.ts';
import { accessLogExtensions } from './registry.ts';

/**
 * Compiles a list of envoy.config.accesslog.v3.AccessLog.
 *
 * @throws LabError for a logger there is not, a format Envoy refuses, a file that cannot be opened
 */
export function compileAccessLogs(
  configs: readonly envoy.config.accesslog.v3.AccessLog[] | undefined,
  context: AccessLogContext,
): readonly AccessLog[] {
  return (configs ?? []).map((config) => compileAccessLog(config, context));
}

function compileAccessLog(config: envoy.config.accesslog.v3.AccessLog, context: AccessLogContext): AccessLog {
  const url = config.typed_config?.['@type'] ?? '';
  const type = url.slice(url.indexOf('/') + 1);
  const extension = accessLogExtensions.find((candidate) => candidate.type === type);
  if (extension === undefined)
    throw new LabError(
      'invalid',
      `Didn't find a registered implementation for '${config.name ?? ''}' with type URL: '${type}'`,
    );
  const log = extension.configure(config.typed_config!, context);
  if (config.filter === undefined) return log;
  const filter = compileFilter(config.filter, context);
  return {
    log(entry) {
      if (filter(entry)) log.log(entry);
    },
  };
}

/** Fields of access logs and their filters that are read. */
export const accessLogSupport: SupportTable = mergeSupport([
  { 'envoy.config.accesslog.v3.AccessLog': fields('name', 'filter', 'typed_config') },
  accessLogFilterSupport,
  ...accessLogExtensions.map((extension) => extension.supported),
]);
