import { httpInspectorExtension } from './http_inspector/extension.ts';
import type { ListenerFilterExtension } from './listener-filter.ts';
import { proxyProtocolExtension } from './proxy_protocol/extension.ts';
import { tlsInspectorExtension } from './tls_inspector/extension.ts';

/** All listener filters. */
export const listenerFilters: readonly ListenerFilterExtension[] = [
  tlsInspectorExtension,
  httpInspectorExtension,
  proxyProtocolExtension,
];
