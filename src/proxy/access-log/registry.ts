import type { AccessLogExtension } from './extension.ts';
import { fileAccessLog } from './logger/file.ts';
import { stderrAccessLog, stdoutAccessLog } from './logger/stream.ts';

/** All access loggers. */
export const accessLogExtensions: readonly AccessLogExtension[] = [
  fileAccessLog,
  stdoutAccessLog,
  stderrAccessLog,
];
