import type { envoy } from '../../../bootstrap/api.generated.ts';
import { fields } from '../../../bootstrap/support.ts';
import { substitutionFormatSupport } from '../../format/substitution-format.ts';
import type { AccessLogExtension } from '../extension.ts';
import { logFormat, writingLog } from './file.ts';

type StreamAccessLog = envoy.extensions.access_loggers.stream.v3.StdoutAccessLog;

function streamAccessLog(name: string, message: string, fd: 1 | 2): AccessLogExtension {
  const type = `envoy.extensions.access_loggers.stream.v3.${message}`;
  return {
    name,
    type,
    supported: { ...substitutionFormatSupport, [type]: fields('log_format') },
    configure: (config, context) =>
      writingLog({ fd }, logFormat((config as StreamAccessLog).log_format, context), context),
  };
}

export const stdoutAccessLog = streamAccessLog('envoy.access_loggers.stdout', 'StdoutAccessLog', 1);
export const stderrAccessLog = streamAccessLog('envoy.access_loggers.stderr', 'StderrAccessLog', 2);
