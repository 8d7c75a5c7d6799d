import type { HeaderMap, RequestHeaders, ResponseHeaders } from '../http/headers.ts';
import type { StreamInfo } from '../http/stream-info.ts';

/** What a format string is filled in from. Absent parts print as absent values. */
export interface FormatContext {
  readonly info: StreamInfo;
  readonly request: RequestHeaders | undefined;
  readonly response: ResponseHeaders | undefined;
  readonly trailers?: HeaderMap | undefined;
  /** `%LOCAL_REPLY_BODY%`. */
  readonly localReplyBody?: string;
  /** `%ACCESS_LOG_TYPE%`; `NotSet` outside access logs. */
  readonly accessLogType?: AccessLogType;
}

/** When an access log entry is written (envoy.data.accesslog.v3.AccessLogType). */
export type AccessLogType =
  | 'NotSet'
  | 'DownstreamStart'
  | 'DownstreamPeriodic'
  | 'DownstreamEnd'
  | 'UpstreamPoolReady'
  | 'UpstreamEnd'
  | 'TcpConnectionStart'
  | 'TcpUpstreamConnected'
  | 'TcpPeriodic'
  | 'TcpConnectionEnd'
  | 'UdpSessionEnd';

/** One value as typed JSON prints it. `undefined`: there is none, `-` in text and null in JSON. */
export type FormatValue =
  | string
  | number
  | boolean
  | readonly unknown[]
  | { readonly [key: string]: unknown }
  | undefined;

/** Gives one command's value for one request. */
export type Provider = (context: FormatContext) => FormatValue;

/** A value as text formats print it; `empty` stands for an absent one. */
export function textOf(value: FormatValue, empty: string): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'undefined':
      return empty;
    case 'object':
      return JSON.stringify(value);
    default:
      return String(value);
  }
}
