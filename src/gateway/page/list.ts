import type { ContainerView, LabView, PortView } from '../lab.ts';

/** The lab's pages with their addresses: what `envoy-lab open --json` prints. */
export interface PageList {
  readonly lab: string;
  readonly sandbox: string;
  readonly runtime: string;
  /** The index page. */
  readonly url: string;
  readonly nodes: readonly {
    readonly name: string;
    readonly group: string;
    readonly addresses: readonly string[];
    readonly containers: readonly ContainerView[];
    readonly pages: readonly (PortView & { readonly url: string })[];
  }[];
}

/** @param urlOf the whole address of a path */
export function pageList(view: LabView, urlOf: (path: string) => string): PageList {
  const { lab, sandbox, runtime, nodes } = view;
  return {
    lab,
    sandbox,
    runtime,
    url: urlOf('/'),
    nodes: nodes.map(({ name, group, addresses, containers, ports }) => ({
      name,
      group,
      addresses,
      containers,
      pages: ports.map((port) => ({ ...port, url: urlOf(`/${name}/${port.port}/`) })),
    })),
  };
}
