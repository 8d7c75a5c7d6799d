import type { ServiceSpec } from '../../runtime/node-spec.ts';
import type { ObservedLab, ObservedNode } from '../../runtime/runtime.ts';

/** A lab as `--json` prints it; docs/json.md describes the shape. */
export function labJson(lab: ObservedLab): Record<string, unknown> {
  const { identity } = lab;
  return {
    lab: identity.lab,
    sandbox: identity.sandbox,
    folder: identity.folder,
    runtime: lab.runtime,
    mode: lab.mode,
    createdAt: new Date(lab.createdAt).toISOString(),
    nodes: lab.nodes.map(nodeJson),
  };
}

function serviceJson({ selects, ports }: ServiceSpec): Record<string, unknown> {
  return {
    nodes: selects,
    ports: ports.map(({ name, port, targetPort }) => ({ name, port, target: targetPort })),
  };
}

export function nodeJson({ spec, addresses, published, containers }: ObservedNode): Record<string, unknown> {
  return {
    name: spec.name,
    group: spec.group,
    index: spec.index,
    ...(spec.service === undefined ? {} : { service: serviceJson(spec.service) }),
    addresses,
    ports: published.map(({ name, port, protocol, hostPort }) => ({
      name,
      port,
      protocol,
      host: '127.0.0.1',
      hostPort,
    })),
    containers: spec.containers.map(({ name, kind, engine, engineVersion, image, argv, once }) => {
      const found = containers.find((container) => container.name === name);
      return {
        name,
        kind,
        ...(engine === undefined ? {} : { engine }),
        ...(engineVersion === undefined ? {} : { engineVersion }),
        ...(image === undefined ? {} : { image }),
        command: argv,
        once,
        state: found?.state ?? 'created',
        ...(found?.exitCode === undefined ? {} : { exitCode: found.exitCode }),
        ...(found?.pid === undefined ? {} : { pid: found.pid }),
        ...(found?.startedAt === undefined ? {} : { startedAt: new Date(found.startedAt).toISOString() }),
        ...(found?.admin === undefined ? {} : { admin: found.admin }),
      };
    }),
  };
}
