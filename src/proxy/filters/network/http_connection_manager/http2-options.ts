import type { envoy } from '../../../../bootstrap/api.generated.ts';
import { readHttp2Options } from '../../../codec/http2/config.ts';
import { type Http2Options, http2Defaults } from '../../../codec/http2/options.ts';

type Hcm = envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;

/** What a HttpConnectionManager says of HTTP/2, with Envoy's defaults filled in. */
export function http2Options(config: Hcm): Http2Options {
  const common = config.common_http_protocol_options ?? {};
  const http2 = config.http2_protocol_options ?? {};
  const defaults = http2Defaults;
  return {
    ...readHttp2Options(http2),
    streamErrorOnInvalidMessage:
      http2.override_stream_error_on_invalid_http_message ??
      config.stream_error_on_invalid_http_message ??
      false,
    maxHeadersCount: common.max_headers_count ?? defaults.maxHeadersCount,
    maxHeadersBytes: (config.max_request_headers_kb ?? 60) * 1024,
    headersWithUnderscoresAction: common.headers_with_underscores_action ?? 'ALLOW',
  };
}
