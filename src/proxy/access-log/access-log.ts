import type { FormatContext } from '../format/context.ts';

/** Writes one entry for one request (envoy/access_log/access_log.h). */
export interface AccessLog {
  /** Never throws: what goes wrong with a log is no reason to fail a request. */
  log(context: FormatContext): void;
}

/** Decides whether an entry is written. */
export type AccessLogFilter = (context: FormatContext) => boolean;

/** Envoy's default format. */
export const defaultFormat =
  '[%START_TIME%] "%REQUEST_HEADER(:METHOD)% %REQUEST_HEADER(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" ' +
  '%RESPONSE_CODE% %RESPONSE_FLAGS% %BYTES_RECEIVED% %BYTES_SENT% %DURATION% ' +
  '%RESPONSE_HEADER(X-ENVOY-UPSTREAM-SERVICE-TIME)% ' +
  '"%REQUEST_HEADER(X-FORWARDED-FOR)%" "%REQUEST_HEADER(USER-AGENT)%" "%REQUEST_HEADER(X-REQUEST-ID)%" ' +
  '"%REQUEST_HEADER(:AUTHORITY)%" "%UPSTREAM_HOST%"\n';
