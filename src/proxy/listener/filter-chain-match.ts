import { BlockList, isIP } from 'node:net';
import type { envoy } from '../../bootstrap/api.generated.ts';
import { LabError } from '../../error.ts';
import { isLoopback, parseIp } from '../filters/network/http_connection_manager/ip-address.ts';
import { maskAddress } from '../format/address.ts';
import type { SocketAddress } from '../http/stream-info.ts';
import type { ConnectionFacts } from './connection-facts.ts';

type FilterChainMatch = envoy.config.listener.v3.FilterChainMatch;
type CidrRange = envoy.config.core.v3.CidrRange;

/** What a field of a match asks for; empty: nothing. */
type Key = string;
/** The one branch a connection follows, of those there are: where it leads to nothing, no other is tried. */
type Chooser = <V>(branches: ReadonlyMap<Key, V>) => (facts: ConnectionFacts) => V | undefined;

/** One field of the match, in the order in which they count. */
interface Level {
  /** At least one: `''` where the field is not set. */
  keys(match: FilterChainMatch): readonly Key[];
  readonly choose: Chooser;
}

/**
 * The fields of `filter_chain_match`, in Envoy's order (api: config.listener.v3.FilterChainMatch). For each the most specific
 * value among the chains that are left decides, and there is no way back from it.
 */
export const matchLevels: readonly Level[] = [
  {
    keys: ({ destination_port }) => [destination_port === undefined ? '' : String(destination_port)],
    choose: (branches) => (facts) => either(branches, facts.local.port === 0 ? '' : String(facts.local.port)),
  },
  { keys: ({ prefix_ranges }) => rangeKeys(prefix_ranges), choose: byRange(({ local }) => local) },
  { keys: ({ server_names }) => orAny(server_names, serverNameKey), choose: byServerName },
  {
    keys: ({ transport_protocol }) => [transport_protocol ?? ''],
    choose: (branches) => (facts) => either(branches, facts.transportProtocol || 'raw_buffer'),
  },
  {
    keys: ({ application_protocols }) => orAny(application_protocols, (protocol) => protocol),
    choose: (branches) => (facts) => {
      const spoken = facts.applicationProtocols?.find((protocol) => branches.has(protocol));
      return branches.get(spoken ?? '');
    },
  },
  {
    keys: ({ direct_source_prefix_ranges }) => rangeKeys(direct_source_prefix_ranges),
    choose: byRange(({ directRemote }) => directRemote),
  },
  { keys: ({ source_type = 'ANY' }) => [source_type === 'ANY' ? '' : source_type], choose: bySourceType },
  {
    keys: ({ source_prefix_ranges }) => rangeKeys(source_prefix_ranges),
    choose: byRange(({ remote }) => remote),
  },
  {
    keys: ({ source_ports }) => orAny(source_ports, String),
    choose: (branches) => (facts) => either(branches, String(facts.remote.port)),
  },
];

function orAny<T>(values: readonly T[] | undefined, key: (value: T) => Key): readonly Key[] {
  return values === undefined || values.length === 0 ? [''] : values.map(key);
}

/** Exactly this, else those that ask for nothing. */
function either<V>(branches: ReadonlyMap<Key, V>, key: Key): V | undefined {
  return branches.get(key) ?? branches.get('');
}

/** `10.0.0.0/8`: bits after the prefix are of no account. */
function rangeKeys(ranges: readonly CidrRange[] | undefined): readonly Key[] {
  return orAny(ranges, ({ address_prefix, prefix_len = 0 }) => {
    const address = parseIp(address_prefix);
    if (address === undefined) throw new LabError('invalid', `malformed IP address: ${address_prefix}`);
    return maskAddress(address, Math.min(prefix_len, isIP(address) === 4 ? 32 : 128));
  });
}

/** The narrowest range that holds the address; no range at all holds every one. A pipe is in none. */
function byRange(address: (facts: ConnectionFacts) => SocketAddress): Chooser {
  return (branches) => {
    const any = branches.get('');
    const ranges = [...branches]
      .filter(([key]) => key !== '')
      .map(([key, branch]) => {
        const [prefix, length] = key.split('/') as [string, string];
        const list = new BlockList();
        list.addSubnet(prefix, Number(length), family(prefix));
        return { version: isIP(prefix), length: Number(length), list, branch };
      })
      .sort((one, other) => other.length - one.length);
    if (ranges.length === 0) return () => any;
    return (facts) => {
      const { address: text } = address(facts);
      // Envoy puts this in the place of a pipe's.
      const ip = isIP(text) === 0 ? '255.255.255.255' : text;
      const version = isIP(ip);
      const found = ranges.find((range) => range.version === version && range.list.check(ip, family(ip)));
      return (found ?? { branch: any }).branch;
    };
  };
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

/** `*.example.com` is kept as `.example.com`. */
function serverNameKey(name: string): Key {
  const wildcard = name.startsWith('*.');
  if (name.includes('*') && !wildcard) {
    throw new LabError('invalid', 'partial wildcards are not supported in "server_names"');
  }
  return (wildcard ? name.slice(1) : name).toLowerCase();
}

/** The name itself, then `.example.com`, then `.com`, then chains that name none. */
function byServerName<V>(branches: ReadonlyMap<Key, V>): (facts: ConnectionFacts) => V | undefined {
  return ({ serverName }) => {
    const exact = branches.get(serverName);
    if (exact !== undefined) return exact;
    for (let dot = serverName.indexOf('.', 1); dot > 0; dot = serverName.indexOf('.', dot + 1)) {
      const branch = dot < serverName.length - 1 ? branches.get(serverName.slice(dot)) : undefined;
      if (branch !== undefined) return branch;
    }
    return branches.get('');
  };
}

function bySourceType<V>(branches: ReadonlyMap<Key, V>): (facts: ConnectionFacts) => V | undefined {
  const near = branches.get('SAME_IP_OR_LOOPBACK');
  const far = branches.get('EXTERNAL');
  const any = branches.get('');
  return ({ remote, local }) => {
    const isNear =
      isIP(remote.address) === 0 || isLoopback(remote.address) || remote.address === local.address;
    return (isNear ? near : far) ?? any;
  };
}
