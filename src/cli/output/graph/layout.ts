import type { Topology } from '../../../lab/topology/topology.ts';

/** A box on the picture, in pixels from the left upper corner. */
export interface Placed {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  readonly label: string;
  readonly kind: 'node' | 'engine' | 'app' | 'outside';
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly Placed[];
  /** By `node/container`. */
  readonly containers: ReadonlyMap<string, Placed>;
  /** By address. */
  readonly outside: ReadonlyMap<string, Placed>;
}

const margin = 24;
const padding = 12;
const boxHeight = 28;
const gap = 10;
const titleHeight = 30;
const columnGap = 190;
/** Width of a letter of the 13 px font, on average and rounded up. */
const letter = 8;

/** Columns from left to right by the longest way from a node that nobody sends to. */
export function layOut(topology: Topology): Layout {
  const depth = depths(topology);
  const columns = Math.max(0, ...depth.values()) + 1;
  const nodes: Placed[] = [];
  const containers = new Map<string, Placed>();
  const outside = new Map<string, Placed>();
  let x = margin;
  let height = 0;
  for (let column = 0; column <= columns; column++) {
    let y = margin;
    let width = 0;
    for (const node of topology.nodes.filter(({ name }) => depth.get(name) === column)) {
      const label = node.replicas === 1 ? node.name : `${node.name} × ${node.replicas}`;
      const labels = node.containers.map(({ name, runs }) => `${name} (${runs})`);
      const inner = Math.max(...[label, ...labels].map((text) => text.length * letter + 20));
      node.containers.forEach(({ name, kind }, row) => {
        const top = y + titleHeight + row * (boxHeight + gap);
        const box = { x: x + padding, y: top, w: inner, h: boxHeight, label: labels[row]!, kind };
        containers.set(`${node.name}/${name}`, box);
      });
      const h = titleHeight + node.containers.length * (boxHeight + gap) + padding - gap;
      nodes.push({ x, y, w: inner + 2 * padding, h, label, kind: 'node' });
      width = Math.max(width, inner + 2 * padding);
      y += h + margin;
    }
    if (column === columns) {
      for (const address of topology.outside) {
        const w = address.length * letter + 20;
        outside.set(address, { x, y, w, h: boxHeight, label: address, kind: 'outside' });
        width = Math.max(width, w);
        y += boxHeight + gap;
      }
    }
    height = Math.max(height, y);
    if (width > 0) x += width + columnGap;
  }
  return { width: x - columnGap + margin + 80, height, nodes, containers, outside };
}

function depths({ nodes, links }: Topology): Map<string, number> {
  const depth = new Map(nodes.map(({ name }) => [name, 0]));
  // A circle would push its nodes ever deeper; no way is longer than there are nodes.
  for (let round = 1; round < nodes.length; round++) {
    for (const { from, to } of links) {
      if (to.kind === 'outside' || to.node === from.node) continue;
      const deeper = depth.get(from.node)! + 1;
      if (deeper < nodes.length && deeper > depth.get(to.node)!) depth.set(to.node, deeper);
    }
  }
  return depth;
}
