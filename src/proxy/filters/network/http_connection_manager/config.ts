import type { envoy } from '../../../../bootstrap/api.generated.ts';
import { LabError } from '../../../../error.ts';
import type { IgnoresUpgrade } from '../../../codec/http1/dropped-upgrade.ts';
import { readFormatOptions } from '../../../codec/http1/format-config.ts';
import type { FormatOptions, UnderscoresAction } from '../../../codec/http1/options.ts';
import type { Http2Options } from '../../../codec/http2/options.ts';
import { readIgnoredUpgrades } from '../../../route/match/ignored-upgrades.ts';
import { type ClientCertificateOptions, clientCertificateOptions } from './client-certificate.ts';
import type { StripPort } from './host-normalization.ts';
import { http2Options } from './http2-options.ts';
import { CidrRanges } from './ip-address.ts';
import type { EscapedSlashesAction, PathNormalization } from './path-normalization.ts';

type Hcm = envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;

/** What a HttpConnectionManager says, with Envoy's defaults filled in; times in ms, 0 where there is none. */
export interface HcmConfig {
  readonly statPrefix: string;
  readonly codecType: 'AUTO' | 'HTTP1' | 'HTTP2';
  readonly serverName: string;
  readonly serverHeader: 'OVERWRITE' | 'APPEND_IF_ABSENT' | 'PASS_THROUGH';
  readonly via: string;
  readonly useRemoteAddress: boolean;
  readonly clientCertificate: ClientCertificateOptions;
  readonly xffNumTrustedHops: number;
  readonly skipXffAppend: boolean;
  readonly appendXForwardedPort: boolean;
  readonly isInternalAddress: (address: string) => boolean;
  readonly schemeToOverwrite: 'http' | 'https' | undefined;
  /** The value of `add_user_agent`; undefined without it. */
  readonly userAgent: string | undefined;
  readonly generateRequestId: boolean;
  readonly preserveExternalRequestId: boolean;
  readonly alwaysSetRequestIdInResponse: boolean;
  readonly proxy100Continue: boolean;
  readonly maxRequestHeadersBytes: number;
  readonly maxHeadersCount: number;
  readonly headersWithUnderscoresAction: UnderscoresAction;
  readonly allowAbsoluteUrl: boolean;
  readonly acceptHttp10: boolean;
  readonly defaultHostForHttp10: string;
  readonly enableTrailers: boolean;
  readonly allowChunkedLength: boolean;
  readonly allowCustomMethods: boolean;
  readonly headerFormat: FormatOptions;
  readonly ignoresUpgrade: IgnoresUpgrade | undefined;
  readonly streamErrorOnInvalidMessage: boolean;
  readonly http2: Http2Options;
  readonly idleTimeout: number;
  readonly maxConnectionDuration: number;
  readonly maxStreamDuration: number;
  readonly maxRequestsPerConnection: number;
  readonly streamIdleTimeout: number;
  readonly requestTimeout: number;
  readonly requestHeadersTimeout: number;
  readonly drainTimeout: number;
  readonly delayedCloseTimeout: number;
  readonly path: PathNormalization;
  readonly stripPort: StripPort;
  readonly stripTrailingHostDot: boolean;
  readonly flushAccessLogOnNewRequest: boolean;
}

const hour = 3_600_000;

/**
 * Reads the message; `cluster` is `--service-cluster`.
 *
 * @throws LabError `invalid`, in Envoy's words, for what it refuses beyond its field rules.
 */
export function readConfig(config: Hcm, cluster: string): HcmConfig {
  const common = config.common_http_protocol_options ?? {};
  const http1 = config.http_protocol_options ?? {};
  if (config.strip_any_host_port && config.strip_matching_host_port) {
    throw invalid('Only one of `strip_matching_host_port` or `strip_any_host_port` can be set.');
  }
  if (common.max_response_headers_kb !== undefined) {
    throw invalid('max_response_headers_kb cannot be set on http_connection_manager.');
  }
  const ranges = config.internal_address_config?.cidr_ranges;
  const internal = ranges && new CidrRanges(ranges);
  return {
    statPrefix: config.stat_prefix,
    codecType: config.codec_type === 'HTTP1' || config.codec_type === 'HTTP2' ? config.codec_type : 'AUTO',
    serverName: config.server_name || 'envoy',
    serverHeader: config.server_header_transformation ?? 'OVERWRITE',
    via: config.via ?? '',
    useRemoteAddress: config.use_remote_address ?? false,
    clientCertificate: clientCertificateOptions(config),
    xffNumTrustedHops: config.xff_num_trusted_hops ?? 0,
    skipXffAppend: config.skip_xff_append ?? false,
    appendXForwardedPort: config.append_x_forwarded_port ?? false,
    isInternalAddress: internal ? (address) => internal.includes(address) : () => false,
    schemeToOverwrite: schemeToOverwrite(config),
    userAgent: config.add_user_agent ? cluster : undefined,
    generateRequestId: config.generate_request_id ?? true,
    preserveExternalRequestId: config.preserve_external_request_id ?? false,
    alwaysSetRequestIdInResponse: config.always_set_request_id_in_response ?? false,
    proxy100Continue: config.proxy_100_continue ?? false,
    maxRequestHeadersBytes: (config.max_request_headers_kb ?? 60) * 1024,
    maxHeadersCount: common.max_headers_count ?? 100,
    headersWithUnderscoresAction: common.headers_with_underscores_action ?? 'ALLOW',
    allowAbsoluteUrl: http1.allow_absolute_url ?? true,
    acceptHttp10: http1.accept_http_10 ?? false,
    defaultHostForHttp10: http1.default_host_for_http_10 ?? '',
    enableTrailers: http1.enable_trailers ?? false,
    allowChunkedLength: http1.allow_chunked_length ?? false,
    allowCustomMethods: http1.allow_custom_methods ?? false,
    headerFormat: readFormatOptions(http1),
    ignoresUpgrade: readIgnoredUpgrades(http1),
    streamErrorOnInvalidMessage:
      http1.override_stream_error_on_invalid_http_message ??
      config.stream_error_on_invalid_http_message ??
      false,
    http2: http2Options(config),
    idleTimeout: common.idle_timeout ?? hour,
    maxConnectionDuration: common.max_connection_duration ?? 0,
    maxStreamDuration: common.max_stream_duration ?? 0,
    maxRequestsPerConnection: common.max_requests_per_connection ?? 0,
    streamIdleTimeout: config.stream_idle_timeout ?? 300_000,
    requestTimeout: config.request_timeout ?? 0,
    requestHeadersTimeout: config.request_headers_timeout ?? 0,
    drainTimeout: config.drain_timeout ?? 5000,
    delayedCloseTimeout: config.delayed_close_timeout ?? 1000,
    path: {
      normalizePath: config.normalize_path ?? false,
      mergeSlashes: config.merge_slashes ?? false,
      escapedSlashes: escapedSlashes(config.path_with_escaped_slashes_action),
    },
    stripPort: config.strip_any_host_port ? 'any' : config.strip_matching_host_port ? 'matching' : 'none',
    stripTrailingHostDot: config.strip_trailing_host_dot ?? false,
    flushAccessLogOnNewRequest:
      config.access_log_options?.flush_access_log_on_new_request ??
      config.flush_access_log_on_new_request ??
      false,
  };
}

function escapedSlashes(action: Hcm['path_with_escaped_slashes_action']): EscapedSlashesAction {
  return action === undefined || action === 'IMPLEMENTATION_SPECIFIC_DEFAULT' ? 'KEEP_UNCHANGED' : action;
}

function schemeToOverwrite(config: Hcm): 'http' | 'https' | undefined {
  const scheme = config.scheme_header_transformation?.scheme_to_overwrite;
  return scheme === 'http' || scheme === 'https' ? scheme : undefined;
}

function invalid(message: string): LabError {
  return new LabError('invalid', `Error: ${message}`);
}
