import type { ObservedNode } from '../runtime/runtime.ts';
import { type ClusterSummary, clustersOf, configOf } from './topology/clusters.ts';
import { type ListenerSummary, listenersOf } from './topology/listeners.ts';

/** A replica, and what the Envoy configs of its proxies say. */
export interface InspectedNode {
  readonly node: ObservedNode;
  readonly proxies: readonly {
    readonly container: string;
    readonly listeners: readonly ListenerSummary[];
    readonly clusters: readonly ClusterSummary[];
  }[];
}

export function inspectNode(node: ObservedNode): InspectedNode {
  const engines = node.spec.containers.filter(({ kind }) => kind === 'engine');
  return {
    node,
    proxies: engines.map((container) => {
      const config = configOf(container);
      return { container: container.name, listeners: listenersOf(config), clusters: clustersOf(config) };
    }),
  };
}
