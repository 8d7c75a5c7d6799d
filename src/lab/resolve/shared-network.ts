import type { SharedNetwork } from '../../engine/engine.ts';
import { SURROUNDINGS } from '../../runtime/node-spec.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';

/** What configs are told of a lab whose nodes have no networks of their own; undefined when they have. */
export function sharedNetworkOf({ nodes, services }: Sandbox, mode: string): SharedNetwork | undefined {
  if (mode !== 'loopback') return undefined;
  return {
    ...SURROUNDINGS,
    names: [...nodes, ...services].flatMap(({ name, aliases }) => [name, ...aliases]),
  };
}
