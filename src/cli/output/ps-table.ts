import type { ContainerState, ObservedContainer, ObservedLab } from '../../runtime/runtime.ts';
import { age } from './duration.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';

/** A line a container; its node's name, address and ports on the node's first line. */
export function psTable(lab: ObservedLab, style: Style, now: number): string {
  const rows = lab.nodes.flatMap(({ spec, addresses, published, containers }) => {
    const ports = published.map(({ port, protocol, hostPort }) => {
      const suffix = protocol === 'udp' ? '/udp' : '';
      return `127.0.0.1:${hostPort}->${port}${suffix}`;
    });
    return spec.containers.map((container, index) => {
      const found = containers.find(({ name }) => name === container.name);
      const first = index === 0;
      return [
        first ? spec.name : '',
        container.name,
        container.engine ?? container.image ?? (container.argv[0] ?? '').replace(/.*\//, ''),
        stateText(found, style),
        found?.startedAt === undefined ? '' : age(now - found.startedAt),
        first ? [...new Set(Object.values(addresses))].join(', ') : '',
        first ? ports.join(', ') : '',
      ];
    });
  });
  return table(style, ['NODE', 'CONTAINER', 'RUNS', 'STATE', 'AGE', 'ADDRESS', 'PORTS'], rows);
}

function stateText(container: ObservedContainer | undefined, style: Style): string {
  const state: ContainerState = container?.state ?? 'created';
  const text = state === 'exited' ? `exited (${container?.exitCode ?? '?'})` : state;
  if (state === 'ready') return style.good(text);
  return state === 'exited' ? style.bad(text) : style.warn(text);
}
