import type { Http1Stats } from '../../../codec/http1/codec-stats.ts';
import type { Http2Stats } from '../../../codec/http2/codec-stats.ts';
import type { AccessLogType, FormatContext } from '../../../format/context.ts';
import type { StreamFilter } from '../../../http/filter.ts';
import type { HeaderMap, RequestHeaders, ResponseHeaders } from '../../../http/headers.ts';
import type { LocalReplyRewriter } from '../../../http/local-reply.ts';
import type { StreamInfo } from '../../../http/stream-info.ts';
import type { RouteTable } from '../../../route/route.ts';
import type { ServerContext } from '../../../server/context.ts';
import type { DrainDecision } from '../../../server/drain-manager.ts';
import type { HcmConfig } from './config.ts';
import type { DateHeader } from './date-header.ts';
import type { ConnectionManagerStats } from './stats.ts';
import type { Upgrades } from './upgrade.ts';

/** Where a stream is written down. */
export interface StreamLog {
  log(context: FormatContext): void;
}

/** The routes in force; an update puts another table in its place. */
export interface RouteProvider {
  readonly current: RouteTable;
}

/** What all connections of one configured connection manager share. */
export interface SharedState {
  readonly config: HcmConfig;
  readonly server: ServerContext;
  readonly stats: ConnectionManagerStats;
  readonly http1Stats: Http1Stats;
  readonly http2Stats: () => Http2Stats;
  readonly routes: RouteProvider;
  readonly filterFactories: readonly (() => StreamFilter)[];
  readonly upgrades: Upgrades;
  readonly accessLogs: readonly StreamLog[];
  readonly localReplyRewriter: LocalReplyRewriter | undefined;
  readonly drain: DrainDecision;
  readonly date: DateHeader;
}

/** What is known of a stream when it is written down. */
interface LoggedStream {
  readonly streamInfo: StreamInfo;
  readonly requestHeaders: RequestHeaders | undefined;
  readonly responseHeaders: ResponseHeaders | undefined;
  readonly responseTrailers: HeaderMap | undefined;
}

export function logStream(
  stream: LoggedStream,
  { accessLogs }: SharedState,
  accessLogType: AccessLogType,
): void {
  if (accessLogs.length === 0) return;
  const { requestHeaders: request, responseHeaders: response, streamInfo: info } = stream;
  const context = { info, request, response, trailers: stream.responseTrailers, accessLogType };
  for (const log of accessLogs) log.log(context);
}
