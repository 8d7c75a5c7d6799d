import { LabError } from '../../error.ts';
import type { LabIdentity } from '../node-spec.ts';

/** The error when a lab of that name is there, of the same user. */
export function runsAlready({ lab }: LabIdentity, namespace: string, cause: unknown): LabError {
  return new LabError('runtime', `lab ${lab} runs already in namespace ${namespace}`, {
    hint: `end it first: envoy-lab down ${lab}`,
    cause,
  });
}

/** The error when it is of another user. */
export function runsElsewhere({ lab }: LabIdentity, namespace: string, cause: unknown): LabError {
  return new LabError('runtime', `lab ${lab} of somebody else runs already in namespace ${namespace}`, {
    hint: 'give this one another name with --name',
    cause,
  });
}
