import type { ConnectionFacts } from '../../../listener/connection-facts.ts';
import type { ListenerFilter, ListenerFilterStatus } from '../listener-filter.ts';
import { readProxyHeader, signatures, startsWith } from './header.ts';
import type { ProxyProtocolStats } from './stats.ts';
import { readTlvs, sanitizedUtf8, type Tlv } from './tlv.ts';

/** Where the value of a TLV goes. */
interface TlvRule {
  readonly namespace: string;
  readonly key: string;
  readonly base64: boolean;
}

export interface ProxyProtocolConfig {
  /** By the TLV's type. */
  readonly rules: ReadonlyMap<number, TlvRule>;
  readonly allowsV1: boolean;
  readonly allowsV2: boolean;
  /** Connections without a PROXY header pass. */
  readonly allowsWithout: boolean;
  readonly stats: ProxyProtocolStats;
}

/**
 * Reads the PROXY header of a connection and takes it away
 * (https://www.envoyproxy.io/docs/envoy/latest/configuration/listeners/listener_filters/proxy_protocol).
 */
export class ProxyProtocol implements ListenerFilter {
  readonly #facts: ConnectionFacts;
  readonly #config: ProxyProtocolConfig;

  constructor(facts: ConnectionFacts, config: ProxyProtocolConfig) {
    this.#facts = facts;
    this.#config = config;
  }

  onData(data: Buffer): ListenerFilterStatus {
    const { stats, allowsV1, allowsV2, allowsWithout } = this.#config;
    if (allowsWithout && !this.#mayBeHeader(data)) {
      stats.onFound('none');
      return 0;
    }
    const { version, header } = readProxyHeader(data);
    if ((version === 'v1' && !allowsV1) || (version === 'v2' && !allowsV2)) {
      stats.onDisallowed(version);
      return 'close';
    }
    if (header === 'more') return 'more';
    if (header === 'error' || !this.#readExtensions(header.extensions)) {
      stats.onError(version);
      return 'close';
    }
    stats.onFound(version);
    if (header.addresses !== undefined) {
      this.#facts.remote = header.addresses.remote;
      this.#facts.local = header.addresses.local;
    }
    return header.length;
  }

  #mayBeHeader(data: Buffer): boolean {
    const { allowsV1, allowsV2 } = this.#config;
    return (allowsV1 && startsWith(data, signatures.v1)) || (allowsV2 && startsWith(data, signatures.v2));
  }

  #readExtensions(extensions: Buffer | undefined): boolean {
    return extensions === undefined || readTlvs(extensions, (tlv) => this.#keep(tlv));
  }

  #keep({ type, value }: Tlv): void {
    const rule = this.#config.rules.get(type);
    if (rule === undefined) return;
    this.#facts.metadata ??= new Map();
    const before = this.#facts.metadata.get(rule.namespace);
    const text = rule.base64 ? value.toString('base64') : sanitizedUtf8(value);
    this.#facts.metadata.set(rule.namespace, { ...before, [rule.key]: text });
  }
}
