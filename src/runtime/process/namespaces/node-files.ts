import type { FileSpec, NodeSpec } from '../../node-spec.ts';

/**
 * What every container of a node has in `/etc`, as a container engine writes it.
 *
 * @param addresses of the node, in the order of its networks
 * @param nameServer the lab's, in the node's first network
 */
export function nodeFiles(node: NodeSpec, addresses: readonly string[], nameServer: string): FileSpec[] {
  const file = (path: string, content: string): FileSpec => ({ path, from: { content } });
  const own = addresses.map((address) => `${address}\t${node.name}\n`);
  const more = Object.entries(node.hosts ?? {}).map(([name, address]) => `${address}\t${name}\n`);
  const local = '127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n';
  return [
    file('/etc/hostname', `${node.name}\n`),
    file('/etc/hosts', [local, ...own, ...more].join('')),
    file('/etc/resolv.conf', `nameserver ${nameServer}\noptions ndots:0 timeout:2 attempts:2\n`),
  ];
}
