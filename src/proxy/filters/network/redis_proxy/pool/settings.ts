import type { envoy } from '../../../../../bootstrap/api.generated.ts';

type Message = envoy.extensions.filters.network.redis_proxy.v3.RedisProxy.ConnPoolSettings;

/** `settings` with Envoy's defaults; times in ms. */
export interface PoolSettings {
  readonly opTimeout: number;
  readonly hashTags: boolean;
  readonly redirection: boolean;
  /** Bytes that may wait for more, `flushTimeout` long; 0: each request is sent at once. */
  readonly bufferSize: number;
  readonly flushTimeout: number;
  readonly maxUnknownHosts: number;
  readonly commandStats: boolean;
  /** Connections to a host a second; undefined: any number. */
  readonly connectionRate: number | undefined;
}

export function readPoolSettings(message: Message): PoolSettings {
  return {
    opTimeout: message.op_timeout,
    hashTags: message.enable_hashtagging ?? false,
    redirection: message.enable_redirection ?? false,
    bufferSize: message.max_buffer_size_before_flush ?? 0,
    flushTimeout: message.buffer_flush_timeout ?? 3,
    maxUnknownHosts: message.max_upstream_unknown_connections ?? 100,
    commandStats: message.enable_command_stats ?? false,
    connectionRate:
      message.connection_rate_limit && (message.connection_rate_limit.connection_rate_limit_per_sec ?? 0),
  };
}
