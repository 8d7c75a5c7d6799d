import type { Link, Topology } from '../../../lab/topology/topology.ts';
import { distinctLinks, linkLabel } from './link-label.ts';

/** Graphviz: a cluster a node, a box a container. */
export function dotGraph(topology: Topology): string {
  const lines = [
    `digraph ${quote(topology.lab)} {`,
    '  rankdir=LR;',
    '  node [shape=box, fontname="Helvetica"];',
    '  edge [fontname="Helvetica", fontsize=10];',
  ];
  for (const node of topology.nodes) {
    const replicas = node.replicas === 1 ? '' : ` × ${node.replicas}`;
    lines.push(`  subgraph ${quote(`cluster_${node.name}`)} {`, `    label=${quote(node.name + replicas)};`);
    for (const { name, runs, kind } of node.containers) {
      const shape = kind === 'engine' ? ', shape=hexagon' : '';
      lines.push(`    ${quote(`${node.name}/${name}`)} [label=${quote(`${name}\n${runs}`)}${shape}];`);
    }
    lines.push('  }');
  }
  for (const address of topology.outside) lines.push(`  ${quote(address)} [shape=ellipse];`);
  for (const link of distinctLinks(topology.links)) {
    const from = quote(`${link.from.node}/${link.from.container}`);
    lines.push(`  ${from} -> ${quote(target(link.to, topology))} [label=${quote(linkLabel(link))}];`);
  }
  return `${[...lines, '}'].join('\n')}\n`;
}

/** An edge to a node's box would need its first container anyway. */
function target(to: Link['to'], topology: Topology): string {
  if (to.kind === 'outside') return to.address;
  const first = topology.nodes.find(({ name }) => name === to.node)?.containers[0]?.name;
  return `${to.node}/${to.container ?? first ?? ''}`;
}

function quote(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`;
}
