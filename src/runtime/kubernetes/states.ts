import type { ContainerSpec } from '../node-spec.ts';
import type { ContainerState } from '../runtime.ts';
import type { ContainerStatus, Pod } from './api/objects.ts';
import type { NodeRecord } from './records.ts';

/** A node as the cluster holds it: its record, and its pod while there is one. */
export interface NodeObject {
  readonly record: NodeRecord;
  readonly pod: Pod | undefined;
}

export interface PresentState {
  readonly state: ContainerState;
  readonly exitCode?: number;
  /** ms since the epoch. */
  readonly startedAt?: number;
  /** Kubernetes does not know whether it is ready: it has to be asked itself. */
  readonly ask?: true;
}

/** The file for which a container that is held back waits. */
export const gateOf = (container: string) => `/envoy-lab-gate/${container}`;

/** What the cluster says of a container of the pod, an init container too; undefined while it has not looked at it. */
export function statusOf(pod: Pod | undefined, container: string): ContainerStatus | undefined {
  const { containerStatuses = [], initContainerStatuses = [] } = pod?.status ?? {};
  return [...containerStatuses, ...initContainerStatuses].find(({ name }) => name === container);
}

/** Whether the cluster has a container's main process running, also one that is held back. */
export function runsInPod(pod: Pod | undefined, container: string): boolean {
  return statusOf(pod, container)?.state?.running !== undefined;
}

/** Whether the pod's own probe tells if a container is ready. */
export function isProbed(pod: Pod, container: string): boolean {
  return pod.spec.containers.some(
    ({ name, readinessProbe }) => name === container && readinessProbe !== undefined,
  );
}

/** A container's state as far as the cluster tells it. */
export function presentState({ record, pod }: NodeObject, spec: ContainerSpec): PresentState {
  const { name, once, ready } = spec;
  const status = statusOf(pod, name);
  const ended = record.ended[name];
  const meant = record.started.includes(name);
  if (record.spec.service !== undefined) {
    // The cluster itself is what runs it.
    return meant ? { state: 'ready' } : { state: ended?.state ?? 'created' };
  }
  if (pod === undefined || !meant) {
    if (ended !== undefined) return codeOf(ended.state, ended.exitCode, spec);
    // Whoever took its pod away, it was not this lab.
    return { state: meant ? 'exited' : 'created' };
  }
  const { terminated, running } = status?.state ?? {};
  if (terminated !== undefined) {
    if (ended?.state === 'stopped') return codeOf('stopped', exitCodeOf(terminated), spec);
    return codeOf('exited', exitCodeOf(terminated), spec);
  }
  if (running === undefined) {
    const over = pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded';
    return { state: over ? 'exited' : 'starting' };
  }
  const startedAt = Date.parse(running.startedAt ?? '') || undefined;
  const since = startedAt === undefined ? {} : { startedAt };
  if (once) return { state: 'starting', ...since };
  if (ready.kind === 'started' && !isProbed(pod, name)) return { state: 'ready', ...since };
  if (isProbed(pod, name)) return { state: status?.ready === true ? 'ready' : 'starting', ...since };
  return { state: 'starting', ...since, ask: true };
}

function codeOf(
  state: 'stopped' | 'exited',
  exitCode: number | undefined,
  { once }: ContainerSpec,
): PresentState {
  const code = exitCode === undefined ? {} : { exitCode };
  return { state: state === 'exited' && once && exitCode === 0 ? 'ready' : state, ...code };
}

/**
 * 127 for a program that is not there, 126 for one that cannot be executed: the runtimes below Kubernetes give other numbers
 * and say it in words.
 */
export function exitCodeOf({
  exitCode,
  signal,
  reason,
  message = '',
}: NonNullable<NonNullable<ContainerStatus['state']>['terminated']>): number {
  if (reason === 'StartError' || reason === 'ContainerCannotRun') {
    if (/not found|no such file or directory/i.test(message)) return 127;
    if (/permission denied|exec format error|is a directory/i.test(message)) return 126;
  }
  return exitCode === 0 && signal ? 128 + signal : exitCode;
}
