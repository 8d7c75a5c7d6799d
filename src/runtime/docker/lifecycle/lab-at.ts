import type { LabIdentity } from '../../node-spec.ts';
import type { Engine } from '../engine.ts';

/** A lab at its engine. */
export interface LabAt {
  readonly engine: Engine;
  readonly identity: LabIdentity;
}
