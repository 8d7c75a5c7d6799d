import { httpConnectionManagerExtension } from './http_connection_manager/extension.ts';
import type { NetworkFilterExtension } from './network-filter.ts';
import { redisProxyExtension } from './redis_proxy/extension.ts';
import { tcpProxyExtension } from './tcp_proxy/extension.ts';

/** All network filters. */
export const networkFilters: readonly NetworkFilterExtension[] = [
  httpConnectionManagerExtension,
  tcpProxyExtension,
  redisProxyExtension,
];
