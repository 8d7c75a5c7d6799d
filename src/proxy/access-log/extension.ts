import type { SupportTable } from '../../bootstrap/support.ts';
import type { FormatEnvironment } from '../format/environment.ts';
import type { SubstitutionContext } from '../format/substitution-format.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { AccessLog } from './access-log.ts';
import type { AccessLogManager } from './manager.ts';

/** What access logs are configured in. */
export interface AccessLogContext extends SubstitutionContext {
  readonly environment: FormatEnvironment;
  readonly manager: AccessLogManager;
  readonly runtime: Runtime;
  /** An unsigned 32-bit random integer, for sampling. */
  random(): number;
}

/** One kind of access log: a row of the registry. */
export interface AccessLogExtension {
  /** Envoy's name: `envoy.access_loggers.file`. */
  readonly name: string;
  /** Full name of its config message. */
  readonly type: string;
  readonly supported: SupportTable;
  /** @throws LabError for a config Envoy refuses */
  configure(config: Record<string, unknown>, context: AccessLogContext): AccessLog;
}
