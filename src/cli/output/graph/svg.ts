import type { Topology } from '../../../lab/topology/topology.ts';
import { layOut, type Placed } from './layout.ts';
import { distinctLinks, linkLabel } from './link-label.ts';

/** A picture that stands alone: nodes in columns by how far they are from the downstream, arrows between containers. */
export function svgGraph(topology: Topology): string {
  const { width, height, nodes, containers, outside } = layOut(topology);
  const parts: string[] = [];
  for (const { x, y, w, h, label } of nodes) {
    parts.push(`<rect class="node" x="${x}" y="${y}" width="${w}" height="${h}" rx="8"/>`);
    parts.push(`<text class="name" x="${x + 10}" y="${y + 20}">${xml(label)}</text>`);
  }
  for (const box of [...containers.values(), ...outside.values()]) {
    parts.push(
      `<rect class="${box.kind}" x="${box.x}" y="${box.y}" width="${box.w}" height="${box.h}" rx="4"/>`,
    );
    parts.push(`<text x="${box.x + 10}" y="${box.y + 19}">${xml(box.label)}</text>`);
  }
  for (const link of distinctLinks(topology.links)) {
    const from = containers.get(`${link.from.node}/${link.from.container}`);
    const { to } = link;
    const end =
      to.kind === 'outside' ? outside.get(to.address) : targetBox(containers, to.node, to.container);
    if (from === undefined || end === undefined) continue;
    parts.push(arrow(from, end, linkLabel(link)));
  }
  const style =
    'text{font:13px sans-serif;fill:#222}.name{font-weight:bold}.label{font-size:11px;fill:#555;paint-order:stroke;stroke:#fff;stroke-width:4px}' +
    'rect{stroke:#888;fill:#fff}.node{fill:#f4f4f6}.engine{fill:#e3ecff;stroke:#5b7fd0}.app{fill:#eaf6e6;stroke:#7cae6a}' +
    'path.link{fill:none;stroke:#555}';
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<title>${xml(topology.lab)}</title>
<style>${style}</style>
<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0 8 4 0 8z" fill="#555"/></marker></defs>
<rect width="100%" height="100%" style="fill:#fff;stroke:none"/>
${parts.join('\n')}
</svg>
`;
}

function targetBox(containers: ReadonlyMap<string, Placed>, node: string, container: string | undefined) {
  if (container !== undefined) return containers.get(`${node}/${container}`);
  return [...containers].find(([name]) => name.startsWith(`${node}/`))?.[1];
}

/** From right to left side; within one node down the side, so that it does not cross the boxes. */
function arrow(from: Placed, to: Placed, label: string): string {
  const inside = from.x === to.x;
  const x1 = from.x + from.w;
  const y1 = from.y + from.h / 2;
  const x2 = inside ? to.x + to.w : to.x;
  const y2 = to.y + to.h / 2;
  const bend = inside ? 34 : Math.max(30, (x2 - x1) / 2);
  const path = `M${x1} ${y1} C${x1 + bend} ${y1} ${inside ? x2 + bend : x2 - bend} ${y2} ${x2} ${y2}`;
  const tx = inside ? x1 + 30 : (x1 + x2) / 2;
  const anchor = inside ? 'start' : 'middle';
  const text = `<text class="label" x="${tx}" y="${(y1 + y2) / 2 - 4}" text-anchor="${anchor}">${xml(label)}</text>`;
  return `<path class="link" d="${path}" marker-end="url(#tip)"/>${text}`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function xml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => entities[character]!);
}
