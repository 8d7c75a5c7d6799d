import type { ServiceSpec } from '../../runtime/node-spec.ts';
import type { ContainerState, ObservedContainer, ObservedLab } from '../../runtime/runtime.ts';
import { age } from './duration.ts';
import { engineText } from './engine-text.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';

/** A line a container; its node's name, address and ports on the node's first line. */
export function psTable(lab: ObservedLab, style: Style, now: number): string {
  const rows = lab.nodes.flatMap(({ spec, addresses, published, containers }) => {
    const ports = published.map(({ port, protocol, hostPort }) => {
      const suffix = protocol === 'udp' ? '/udp' : '';
      return `127.0.0.1:${hostPort}->${port}${suffix}`;
    });
    if (spec.service !== undefined && spec.containers.length === 0) {
      const address = [...new Set(Object.values(addresses))].join(', ');
      return [[spec.name, '', serviceText(spec.service), '', '', address, ports.join(', ')]];
    }
    return spec.containers.map((container, index) => {
      const found = containers.find(({ name }) => name === container.name);
      const first = index === 0;
      return [
        first ? spec.name : '',
        container.name,
        (spec.service && serviceText(spec.service)) ??
          engineText(container) ??
          container.image ??
          (container.argv[0] ?? '').replace(/.*\//, ''),
        stateText(found, style),
        found?.startedAt === undefined ? '' : age(now - found.startedAt),
        first ? [...new Set(Object.values(addresses))].join(', ') : '',
        first ? ports.join(', ') : '',
      ];
    });
  });
  return table(style, ['NODE', 'CONTAINER', 'RUNS', 'STATE', 'AGE', 'ADDRESS', 'PORTS'], rows);
}

/** `service of pod, 80 to 8080` */
function serviceText(service: ServiceSpec): string {
  const ports = service.ports.map(({ port, targetPort }) =>
    port === targetPort ? String(port) : `${port} to ${targetPort}`,
  );
  return `service of ${service.selects}, ${ports.join(', ')}`;
}

function stateText(container: ObservedContainer | undefined, style: Style): string {
  const state: ContainerState = container?.state ?? 'created';
  const text = state === 'exited' ? `exited (${container?.exitCode ?? '?'})` : state;
  if (state === 'ready') return style.good(text);
  return state === 'exited' ? style.bad(text) : style.warn(text);
}
