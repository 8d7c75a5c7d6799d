import { udpProxyExtension } from './udp_proxy/extension.ts';
import type { UdpListenerFilterExtension } from './udp-listener-filter.ts';

/** All filters of UDP listeners. */
export const udpListenerFilters: readonly UdpListenerFilterExtension[] = [udpProxyExtension];
