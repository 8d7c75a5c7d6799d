import type { DnsAnswer, DnsQuestion } from '../../../dns/packet.ts';
import type { Lookup } from '../../../dns/server.ts';

/** What the lab's DNS knows of a node. */
export interface NamedNode {
  readonly name: string;
  readonly group: string;
  readonly aliases: readonly string[];
  /** What it alone calls other addresses, which are IPv4, where it has no /etc/hosts of its own. */
  readonly hosts?: Readonly<Record<string, string>> | undefined;
  /** Address by network name. */
  readonly addresses: Readonly<Record<string, string>>;
  /** False when the user stopped it or all of it has ended: its name leads nowhere then. */
  readonly up: boolean;
}

/**
 * Answers from the lab's nodes: `service1` and aliases lead to all replicas, `service1-2` to one. A node sees only names
 * of nodes with which it shares a network, and their addresses there.
 *
 * @param rotation turns the order of several addresses, so that clients that take the first spread over all
 */
export function lookupName(
  nodes: readonly NamedNode[],
  { name, type }: DnsQuestion,
  client: string,
  rotation: number,
): Lookup {
  if (name === 'localhost' || name.endsWith('.localhost')) {
    return type === 'A' ? [{ type: 'A', data: '127.0.0.1' }] : [];
  }
  const asking = nodes.find((node) => Object.values(node.addresses).includes(client));
  const own = asking?.hosts?.[name];
  if (own !== undefined) return type === 'A' ? [{ type: 'A', data: own }] : [];
  const networks = asking === undefined ? undefined : new Set(Object.keys(asking.addresses));
  const seen = (node: NamedNode) =>
    Object.entries(node.addresses)
      .filter(([network]) => networks?.has(network) ?? true)
      .map(([, address]) => address);
  if (name.endsWith('.in-addr.arpa')) return reverse(nodes, name, type, seen);
  const named = nodes.filter((node) => answersTo(node, name) && seen(node).length > 0);
  const addresses = named.filter((node) => node.up).map((node) => seen(node)[0]!);
  if (addresses.length === 0) return 'unknown';
  if (type !== 'A') return [];
  const turn = rotation % addresses.length;
  return [...addresses.slice(turn), ...addresses.slice(0, turn)].map((data) => ({ type: 'A', data }));
}

function answersTo(node: NamedNode, name: string): boolean {
  return [node.name, node.group, ...node.aliases].some((own) => own.toLowerCase() === name);
}

function reverse(
  nodes: readonly NamedNode[],
  name: string,
  type: string,
  seen: (node: NamedNode) => string[],
): Lookup {
  const address = name
    .replace(/\.in-addr\.arpa$/, '')
    .split('.')
    .reverse()
    .join('.');
  const node = nodes.find((candidate) => seen(candidate).includes(address));
  if (node === undefined) return 'unknown';
  const answers: DnsAnswer[] = type === 'PTR' ? [{ type: 'PTR', data: node.name }] : [];
  return answers;
}
