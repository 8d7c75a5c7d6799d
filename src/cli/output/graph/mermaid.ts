import type { Link, Topology } from '../../../lab/topology/topology.ts';
import { distinctLinks, linkLabel } from './link-label.ts';

/** A Mermaid flowchart, as GitHub draws it in Markdown: a box a node, a shape a container. */
export function mermaidGraph(topology: Topology): string {
  const lines = ['flowchart LR'];
  for (const node of topology.nodes) {
    const replicas = node.replicas === 1 ? '' : ` × ${node.replicas}`;
    lines.push(`  subgraph ${id(node.name)}["${escapeText(node.name + replicas)}"]`);
    for (const { name, runs, kind } of node.containers) {
      const label = `"${escapeText(name)}<br/><small>${escapeText(runs)}</small>"`;
      lines.push(`    ${id(node.name, name)}${kind === 'engine' ? `{{${label}}}` : `[${label}]`}`);
    }
    lines.push('  end');
  }
  for (const address of topology.outside)
    lines.push(`  ${id('outside', address)}(("${escapeText(address)}"))`);
  for (const node of topology.nodes.filter(({ published }) => published.length > 0)) {
    const ports = node.published.map(({ name, port }) => (name === String(port) ? name : `${name} ${port}`));
    lines.push(
      `  downstream((downstream)) -->|"${escapeText(ports.join(', '))}"| ${id(node.name, node.containers[0]!.name)}`,
    );
  }
  for (const link of distinctLinks(topology.links)) {
    const from = id(link.from.node, link.from.container);
    lines.push(`  ${from} -->|"${escapeText(linkLabel(link))}"| ${target(link.to)}`);
  }
  return `${lines.join('\n')}\n`;
}

function target(to: Link['to']): string {
  if (to.kind === 'outside') return id('outside', to.address);
  return to.container === undefined ? id(to.node) : id(to.node, to.container);
}

function id(...parts: readonly string[]): string {
  return `n_${parts.join('__').replace(/[^A-Za-z0-9_]/g, '_')}`;
}

function escapeText(text: string): string {
  return text.replace(/["<>&#]/g, (character) => `#${character.charCodeAt(0)};`);
}
