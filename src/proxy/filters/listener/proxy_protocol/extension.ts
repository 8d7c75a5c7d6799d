import type { envoy } from '../../../../bootstrap/api.generated.ts';
import { fields } from '../../../../bootstrap/support.ts';
import { LabError } from '../../../../error.ts';
import type { ListenerFilterExtension } from '../listener-filter.ts';
import { ProxyProtocol, type ProxyProtocolConfig } from './proxy-protocol.ts';
import { ProxyProtocolStats } from './stats.ts';

type ProxyProtocolMessage = envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol;

const type = 'envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol';

function readConfig(message: ProxyProtocolMessage): Omit<ProxyProtocolConfig, 'stats'> {
  const disallowed = message.disallowed_versions ?? [];
  const allowsV1 = !disallowed.includes('V1');
  const allowsV2 = !disallowed.includes('V2');
  if (!allowsV1 && !allowsV2) {
    throw new LabError(
      'invalid',
      'Proxy Protocol filter is misconfigured: all proxy protocol versions are disallowed.',
    );
  }
  const rules = (message.rules ?? []).map(({ tlv_type = 0, on_tlv_present }) => {
    const namespace = on_tlv_present?.metadata_namespace || 'envoy.filters.listener.proxy_protocol';
    const base64 = on_tlv_present?.value_string_encoding === 'BASE64';
    return [tlv_type & 0xff, { namespace, key: on_tlv_present?.key ?? '', base64 }] as const;
  });
  return {
    rules: new Map(rules),
    allowsV1,
    allowsV2,
    allowsWithout: message.allow_requests_without_proxy_protocol ?? false,
  };
}

/** Takes where a connection comes from and goes to from the PROXY header in front of it. */
export const proxyProtocolExtension: ListenerFilterExtension = {
  name: 'envoy.filters.listener.proxy_protocol',
  type,
  supported: {
    [type]: {
      ...fields('rules', 'allow_requests_without_proxy_protocol', 'disallowed_versions', 'stat_prefix'),
      pass_through_tlvs: { noEffect: 'nothing here sends a PROXY header to upstreams' },
      tlv_location: { values: ['DYNAMIC_METADATA'] },
    },
    [`${type}.Rule`]: fields('tlv_type', 'on_tlv_present'),
    [`${type}.KeyValuePair`]: fields('metadata_namespace', 'key', 'value_string_encoding'),
  },
  configure(config, { scope }) {
    const message = config as ProxyProtocolMessage;
    const read = readConfig(message);
    const whole = { ...read, stats: new ProxyProtocolStats(scope, message.stat_prefix ?? '') };
    return (facts) => new ProxyProtocol(facts, whole);
  },
};
