/** Addresses of one node on one network. */
export interface Attachment {
  readonly network: string;
  /** Interface inside the node, such as `eth0`. */
  readonly inside: string;
  /** Interface on the lab's side. */
  readonly outside: string;
  readonly address: string;
}

export interface NodeNetwork {
  readonly node: string;
  /** Number of the routing table that leads to this node's loopback. */
  readonly table: number;
  readonly attachments: readonly Attachment[];
}

/** Network number `index` is 10.(index + 1).0.0/16; its bridge has .0.1, nodes begin at .0.2. */
export function gateway(index: number): string {
  return `10.${index + 1}.0.1`;
}

/** @param ordinal 0 for the first node of the network; at most {@link MAX_NODES} */
export function nodeAddress(index: number, ordinal: number): string {
  const host = ordinal + 2;
  return `10.${index + 1}.${host >> 8}.${host & 255}`;
}

/** The upper half of each network belongs to the addresses of {@link loopbackSource}. */
export const MAX_NODES = 0x8000 - 3;

/**
 * The lab's own address from which packets to 127.0.0.0/8 go to one node's loopback instead of the lab's: each has a
 * routing rule. So admin interfaces on a node's localhost are reached without a helper process in the node.
 */
export function loopbackSource(address: string): string {
  const [a, b, c, d] = address.split('.').map(Number) as [number, number, number, number];
  return `${a}.${b}.${c | 0x80}.${d}`;
}

/**
 * A bridge without an address of its own takes the lowest of its ports', and a node that comes would change it: the others
 * would send to the old one until their ARP entries end.
 */
function bridgeMac(index: number): string {
  return `02:00:0a:${(index + 1).toString(16).padStart(2, '0')}:00:01`;
}

/** `ip -batch` input that makes the bridges. The rules let 127.0.0.0/8 be routed before the local table claims it. */
export function bridgeBatch(indexes: readonly number[], first: boolean): string {
  const lines = indexes.flatMap((index) => [
    `link add br${index} address ${bridgeMac(index)} type bridge mcast_snooping 0`,
    `addr add ${gateway(index)}/16 dev br${index}`,
    `link set br${index} up`,
  ]);
  const rules = ['link set lo up', 'rule add pref 100 lookup local', 'rule del pref 0'];
  return [...(first ? rules : []), ...lines, ''].join('\n');
}

/** `ip -batch` input, for the lab's own namespace, that makes nodes. */
export function nodesBatch(nodes: readonly NodeNetwork[], indexOf: (network: string) => number): string {
  return nodes
    .flatMap(({ node, table, attachments }) => [
      `netns add ${node}`,
      ...attachments.flatMap(({ network, inside, outside }) => [
        `link add ${outside} type veth peer name ${inside} netns ${node}`,
        `link set ${outside} master br${indexOf(network)} up`,
      ]),
      ...attachments.slice(0, 1).flatMap(({ network, address }) => {
        const source = loopbackSource(address);
        return [
          `addr add ${source}/32 dev br${indexOf(network)}`,
          `route add 127.0.0.0/8 via ${address} dev br${indexOf(network)} onlink src ${source} table ${table}`,
          `rule add pref 50 from ${source} to 127.0.0.0/8 lookup ${table}`,
        ];
      }),
      '',
    ])
    .join('\n');
}

/** `ip -batch` input for inside a node. Link-local IPv6 would only delay: the lab speaks IPv4. */
export function insideBatch({ attachments }: NodeNetwork): string {
  return [
    'link set lo up',
    ...attachments.flatMap(({ inside, address }) => [
      `link set ${inside} addrgenmode none`,
      `addr add ${address}/16 dev ${inside}`,
      `link set ${inside} up`,
    ]),
    '',
  ].join('\n');
}

/**
 * `ip -batch -force` input that takes nodes away. Their interfaces go with their namespaces, in the kernel's own time:
 * deleting each by hand takes 20 ms.
 */
export function removalBatch(nodes: readonly NodeNetwork[], indexOf: (network: string) => number): string {
  return nodes
    .flatMap(({ node, table, attachments }) => [
      `netns del ${node}`,
      ...attachments
        .slice(0, 1)
        .flatMap(({ network, address }) => [
          `rule del pref 50 lookup ${table}`,
          `route flush table ${table}`,
          `addr del ${loopbackSource(address)}/32 dev br${indexOf(network)}`,
        ]),
      '',
    ])
    .join('\n');
}
