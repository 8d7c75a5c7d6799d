import type { envoy } from '../../../bootstrap/api.generated.ts';
import { fields } from '../../../bootstrap/support.ts';
import { byteString } from '../../format/bytes.ts';
import { compileFormat, type Formatter } from '../../format/formatter.ts';
import { compileJsonFormat } from '../../format/json.ts';
import { compileSubstitutionFormat, substitutionFormatSupport } from '../../format/substitution-format.ts';
import { type AccessLog, defaultFormat } from '../access-log.ts';
import type { AccessLogContext, AccessLogExtension } from '../extension.ts';
import type { LogDestination } from '../manager.ts';

/** The format of a file, stdout or stderr log; Envoy's default when none is given. */
export function logFormat(
  config: envoy.config.core.v3.SubstitutionFormatString | undefined,
  context: AccessLogContext,
): Formatter {
  if (config) return compileSubstitutionFormat(config, context).format;
  return compileFormat(defaultFormat, context.environment);
}

/** Appends each formatted entry to its destination. */
export function writingLog(
  destination: LogDestination,
  format: Formatter,
  context: AccessLogContext,
): AccessLog {
  const file = context.manager.file(destination);
  return { log: (entry) => file.write(format(entry)) };
}

type FileAccessLog = envoy.extensions.access_loggers.file.v3.FileAccessLog;

function fileFormat(config: FileAccessLog, context: AccessLogContext): Formatter {
  if (config.format) return compileFormat(byteString(config.format), context.environment);
  // Both print typed JSON since Envoy 1.32.
  const json = config.typed_json_format ?? config.json_format;
  if (json) return compileJsonFormat(json, context.environment);
  return logFormat(config.log_format, context);
}

export const fileAccessLog: AccessLogExtension = {
  name: 'envoy.access_loggers.file',
  type: 'envoy.extensions.access_loggers.file.v3.FileAccessLog',
  supported: {
    ...substitutionFormatSupport,
    'envoy.extensions.access_loggers.file.v3.FileAccessLog': fields(
      'path',
      'format',
      'json_format',
      'typed_json_format',
      'log_format',
    ),
  },
  configure(config, context) {
    const typed = config as unknown as FileAccessLog;
    return writingLog(typed.path, fileFormat(typed, context), context);
  },
};
