import type { Topology } from '../../../lab/topology/topology.ts';
import type { Style } from '../style.ts';
import { dotGraph } from './dot.ts';
import { mermaidGraph } from './mermaid.ts';
import { svgGraph } from './svg.ts';
import { textGraph } from './text.ts';

const formats = {
  text: textGraph,
  mermaid: mermaidGraph,
  dot: dotGraph,
  svg: svgGraph,
} satisfies Record<string, (topology: Topology, style: Style) => string>;

export type GraphFormat = keyof typeof formats;

export const graphFormats = Object.keys(formats) as GraphFormat[];

/** The topology in a format; ends with a line break. */
export function graphText(format: GraphFormat, topology: Topology, style: Style): string {
  return formats[format](topology, style);
}
