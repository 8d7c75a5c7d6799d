import type { Link, Topology, TopologyContainer, TopologyNode } from '../../../lab/topology/topology.ts';
import { routeText } from '../inspect-text.ts';
import type { Style } from '../style.ts';

/** An indented list: nodes, their containers, listeners, routes and where those end. */
export function textGraph(topology: Topology, style: Style): string {
  return `${topology.nodes.map((node) => nodeLines(node, topology, style).join('\n')).join('\n')}\n`;
}

function nodeLines(node: TopologyNode, topology: Topology, style: Style): string[] {
  const replicas = node.replicas === 1 ? '' : ` × ${node.replicas}`;
  const published = node.published.map(({ name, port }) =>
    name === String(port) ? name : `${name} ${port}`,
  );
  const open = published.length === 0 ? '' : `  (published: ${published.join(', ')})`;
  return [
    `${style.bold(node.name)}${replicas}${open}`,
    ...node.containers.flatMap((container) => containerLines(node, container, topology, style)),
  ];
}

function containerLines(
  node: TopologyNode,
  container: TopologyContainer,
  { links }: Topology,
  style: Style,
): string[] {
  const lines = [`  ${container.name} ${style.dim(`(${container.runs})`)}`];
  for (const { port, protocol, tls, routes } of container.listeners) {
    lines.push(`    :${port} ${tls && protocol === 'http' ? 'https' : protocol}`);
    for (const route of routes) {
      const clusters = route.to.kind === 'clusters' ? route.to.clusters : [];
      const ends = links
        .filter(
          ({ from }) => from.node === node.name && from.container === container.name && from.port === port,
        )
        .filter(({ cluster }) => clusters.includes(cluster))
        .map(({ to }) => targetText(to));
      const where = ends.length === 0 ? '' : ` -> ${[...new Set(ends)].join(', ')}`;
      lines.push(`      ${routeText(route)}${where}`);
    }
  }
  return lines;
}

/** `service1/sidecar :8000` */
export function targetText(to: Link['to']): string {
  if (to.kind === 'outside') return to.address;
  return `${to.node}${to.container === undefined ? '' : `/${to.container}`} :${to.port}`;
}
