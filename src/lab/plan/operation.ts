import type { NodeSpec } from '../../runtime/node-spec.ts';
import type { ContainerRef } from '../lab-spec.ts';

/** A node and why it is touched. */
export interface NodeChange {
  readonly spec: NodeSpec;
  readonly cause: string;
  /** Of an update: the containers made anew. */
  readonly containers?: readonly string[];
}

/**
 * One call to the runtime, or one wait. `after` names the operations that must be done before; all that is free to
 * run may run at the same time.
 */
export type Operation = { readonly id: string; readonly after: readonly string[] } & (
  | { readonly kind: 'create-lab'; readonly cause: string }
  | { readonly kind: 'remove-lab'; readonly cause: string }
  | { readonly kind: 'remove'; readonly nodes: readonly NodeChange[] }
  | { readonly kind: 'create'; readonly nodes: readonly NodeChange[] }
  | { readonly kind: 'update'; readonly nodes: readonly NodeChange[] }
  | { readonly kind: 'unpause'; readonly node: string; readonly cause: string }
  | {
      readonly kind: 'start';
      readonly node: string;
      readonly containers: readonly string[];
      readonly cause: string;
    }
  | {
      readonly kind: 'wait';
      readonly targets: readonly ContainerRef[];
      readonly until: 'ready' | 'done';
      /** ms for which all still have to run afterwards: that a process was started does not tell that it stays. */
      readonly settleMs?: number;
      readonly cause: string;
    }
);

/** What has to be done to a lab, in an order that `after` gives. Empty: it is as wanted. */
export interface Plan {
  readonly lab: string;
  readonly operations: readonly Operation[];
}
