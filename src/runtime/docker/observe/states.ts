import type { ContainerState } from '../../runtime.ts';
import type { ContainerObject } from '../objects.ts';

/** A container's state as far as the engine tells it: whether one that runs is ready has to be asked itself. */
export function presentState(
  { status, mark, exitCode, spec }: ContainerObject,
  holderRuns: boolean,
): { readonly state: ContainerState; readonly exitCode?: number } {
  const code = mark?.kind === 'failed' ? mark.exitCode : exitCode;
  const withCode = code === undefined ? {} : { exitCode: code };
  if (status === 'running' || status === 'paused') {
    // Without its holder it has no network any more: what is left of it is of no use to anybody.
    if (!holderRuns) return { state: 'exited' };
    return { state: status === 'paused' ? 'paused' : 'starting' };
  }
  if (mark?.kind === 'stopped') return { state: 'stopped', ...withCode };
  if (mark?.kind === 'failed') return { state: 'exited', ...withCode };
  if (status === 'created') return { state: 'created' };
  return { state: spec.once && exitCode === 0 ? 'ready' : 'exited', ...withCode };
}
