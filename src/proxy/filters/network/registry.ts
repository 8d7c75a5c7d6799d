import { httpConnectionManagerExtension } from './http_connection_manager/extension.ts';
import type { NetworkFilterExtension } from './network-filter.ts';

/** All network filters. */
export const networkFilters: readonly NetworkFilterExtension[] = [httpConnectionManagerExtension];
