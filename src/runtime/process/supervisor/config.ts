import type { LabIdentity } from '../../node-spec.ts';
import type { RootPlan } from '../namespaces/root-plan.ts';
import type { Tools } from '../namespaces/tools.ts';

/** What a client tells a supervisor, as JSON in the environment variable `ENVOY_LAB_SUPERVISOR`. */
export interface SupervisorConfig {
  /** Folder of all labs' state. */
  readonly stateDir: string;
  readonly identity: LabIdentity;
  readonly mode: 'namespaces' | 'loopback';
  /** PATH of the client, to find the system's tools. */
  readonly path: string;
  /** Host paths that containers must see wherever they are: the tool itself, its interpreter. */
  readonly visible: readonly string[];
}

/** What the outer half tells the inner half, in the same variable. */
export interface InnerConfig {
  readonly identity: LabIdentity;
  readonly createdAt: number;
  readonly tools: Tools;
  readonly plan: RootPlan;
  readonly networks: readonly string[];
  /** Of the control socket, on the host. */
  readonly folder: string;
  /** PATH of containers. */
  readonly path: string;
}

/** What a supervisor answers to the client that started it, as one line of JSON on descriptor 3. */
export type StartReport =
  | { readonly ready: true }
  | { readonly error: import('../protocol/messages.ts').WireError };
