import type { ServerConnection } from '../../../codec/codec.ts';
import { Http1ServerConnection } from '../../../codec/http1/server-connection.ts';
import type { Http2ServerCallbacks } from '../../../codec/http2/server-connection.ts';
import { Http2ServerConnection } from '../../../codec/http2/server-connection.ts';
import type { ConnectionInfo } from '../../../http/stream-info.ts';
import type { SharedState } from './shared-state.ts';

/** How every HTTP/2 client begins; so much of it must come at once to be known by it. */
const prefix = Buffer.from('PRI * HTTP/2', 'latin1');

/** Whether a connection is to be read as HTTP/2, of which `data` came first: by ALPN, else by that. */
function speaksHttp2(codecType: string, { tls }: ConnectionInfo, data: Buffer): boolean {
  if (codecType !== 'AUTO') return codecType === 'HTTP2';
  if (tls?.alpn !== undefined) return tls.alpn === 'h2';
  return data.length >= prefix.length && prefix.compare(data, 0, prefix.length) === 0;
}

/** The codec of a connection whose first bytes are `data`. */
export function createCodec(
  callbacks: Http2ServerCallbacks,
  { config, http1Stats, http2Stats, server }: SharedState,
  connection: ConnectionInfo,
  data: Buffer,
): ServerConnection {
  if (speaksHttp2(config.codecType, connection, data)) {
    const options = { ...config.http2, stats: http2Stats() };
    if (options.keepalive === undefined) return new Http2ServerConnection(callbacks, options);
    const random = () => server.random() / 2 ** 32;
    return new Http2ServerConnection(callbacks, options, { clock: server.clock, random });
  }
  return new Http1ServerConnection(callbacks, {
    maxHeadersCount: config.maxHeadersCount,
    maxHeadersBytes: config.maxRequestHeadersBytes,
    enableTrailers: config.enableTrailers,
    allowChunkedLength: config.allowChunkedLength,
    allowAbsoluteUrl: config.allowAbsoluteUrl,
    acceptHttp10: config.acceptHttp10,
    defaultHostForHttp10: config.defaultHostForHttp10,
    headersWithUnderscoresAction: config.headersWithUnderscoresAction,
    allowCustomMethods: config.allowCustomMethods,
    ...(config.ignoresUpgrade && { ignoresUpgrade: config.ignoresUpgrade }),
    ...config.headerFormat,
    stats: http1Stats,
  });
}
