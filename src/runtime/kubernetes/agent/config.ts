import type { ProcessIdentity } from '../../../process/identity.ts';
import type { LabIdentity } from '../../node-spec.ts';
import type { Place } from '../api/kubeconfig.ts';

/** What an agent is started with. */
export interface AgentConfig {
  readonly identity: LabIdentity;
  readonly place: Place;
  readonly namespace: string;
  readonly ownsNamespace: boolean;
  /** Where it writes down its state, an {@link AgentState}. */
  readonly file: string;
}

/** What it says once, when its ports are open. */
export type AgentReport = { readonly ready: true } | { readonly error: string };

/** What process it is, and its ports as they are: nobody has to connect to find out, which would reach into the node. */
export interface AgentState extends ProcessIdentity {
  /** Numbers of the ports of 127.0.0.1 that are open. */
  readonly open: readonly number[];
  /** Those that could not be opened: something else has them. */
  readonly refused: readonly number[];
}
