import { fields } from '../../../../bootstrap/support.ts';
import type { UdpListenerFilterExtension } from '../udp-listener-filter.ts';
import { readConfig, type UdpProxyMessage } from './config.ts';
import { UdpProxy } from './udp-proxy.ts';

const type = 'envoy.extensions.filters.udp.udp_proxy.v3.UdpProxyConfig';

/** Proxies UDP. */
export const udpProxyExtension: UdpListenerFilterExtension = {
  name: 'envoy.filters.udp_listener.udp_proxy',
  type,
  supported: {
    [type]: fields(
      'stat_prefix',
      'cluster',
      'matcher',
      'idle_timeout',
      'hash_policies',
      'upstream_socket_config',
      'use_per_packet_load_balancing',
      'access_log',
      'proxy_access_log',
    ),
    [`${type}.HashPolicy`]: fields('source_ip', 'key'),
    'envoy.extensions.filters.udp.udp_proxy.v3.Route': fields('cluster'),
    'envoy.config.core.v3.UdpSocketConfig': fields('max_rx_datagram_size', 'prefer_gro'),
    'xds.type.matcher.v3.Matcher': fields('on_no_match'),
    'xds.type.matcher.v3.Matcher.OnMatch': fields('action'),
    'xds.core.v3.TypedExtensionConfig': fields('name', 'typed_config'),
  },
  configure(config, context) {
    const read = readConfig(config as unknown as UdpProxyMessage, context);
    return (socket) => new UdpProxy(socket, read, context.server);
  },
};
