import type { ContainerState } from '../runtime/runtime.ts';
import type { PhaseName } from './timings.ts';

/** What happens while a command works on a lab. Renderers turn it into progress; nothing in it is an answer. */
export type LabEvent =
  /** Which runtime and engines were taken, and why; what is not as on a real network. */
  | {
      readonly kind: 'choice';
      readonly lab: string;
      readonly runtime: string;
      readonly mode: string;
      readonly runtimeReason: string;
      readonly engines: readonly {
        readonly name: string;
        readonly version: string;
        readonly containers: number;
      }[];
      readonly engineReason: string;
      readonly caveats: readonly string[];
    }
  /** Another command holds the lab's lock. */
  | { readonly kind: 'locked'; readonly lab: string; readonly holder: string }
  /** One step of the plan, as `--dry-run` would print it. */
  | {
      readonly kind: 'step';
      readonly id: string;
      readonly text: string;
      readonly state: 'started' | 'done' | 'failed';
      readonly ms?: number;
    }
  /** The containers this command will wait for. */
  | { readonly kind: 'expect'; readonly containers: readonly string[] }
  | {
      readonly kind: 'container';
      /** `service1-1/app` */
      readonly container: string;
      readonly state: ContainerState;
      readonly exitCode?: number;
    }
  /** A phase of the whole lab. */
  | {
      readonly kind: 'lab';
      readonly lab: string;
      /** `gone`: undone, and there was none before. */
      readonly state: 'up' | 'undoing' | 'undone' | 'gone' | 'down';
      readonly ms: number;
    }
  /** A part of `up` is over: when it began, in ms since `up` did, and how long it took. Parts may go on beside each other. */
  | { readonly kind: 'phase'; readonly phase: PhaseName; readonly from: number; readonly ms: number }
  /** What takes a while and is no step of the plan, such as assembling an image. */
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'warning'; readonly text: string };
