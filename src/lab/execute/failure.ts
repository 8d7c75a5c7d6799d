import { LabError } from '../../error.ts';
import type { ReadyProbe } from '../../runtime/node-spec.ts';
import type { RunningLab } from '../../runtime/runtime.ts';
import { type ContainerRef, containerName } from '../lab-spec.ts';
import type { ContainerDeath } from './board.ts';

/** How many of a container's last lines an error shows. */
const shownLines = 12;

/** The error for a container that ended by itself: which, how, and its last words. */
export async function deathError(lab: RunningLab, death: ContainerDeath): Promise<LabError> {
  const name = containerName(death.node, death.container);
  const lines = await lastLines(lab, death);
  return new LabError('runtime', `${name} ${ending(death.exitCode)}${quoted(name, lines)}`, {
    hint: 'to look around in what did start, run it again with --keep',
  });
}

/** The error for containers that did not get ready in time. */
export async function timeoutError(
  lab: RunningLab,
  missing: readonly (ContainerRef & { readonly ready: ReadyProbe | undefined })[],
  timeoutMs: number,
): Promise<LabError> {
  const parts: string[] = [];
  for (const container of missing.slice(0, 3)) {
    const name = containerName(container.node, container.container);
    const probe = container.ready === undefined ? '' : `; ready means: ${describeProbe(container.ready)}`;
    parts.push(
      `${name} is not ready after ${timeoutMs / 1000} s${probe}${quoted(name, await lastLines(lab, container))}`,
    );
  }
  if (missing.length > 3) parts.push(`… and ${missing.length - 3} more`);
  return new LabError('runtime', parts.join('\n'), {
    hint: 'give it more time with --timeout, or look around in it with --keep',
  });
}

/** What a probe asks, in words. */
export function describeProbe(probe: ReadyProbe): string {
  switch (probe.kind) {
    case 'http':
      return `GET :${probe.port}${probe.path} answers ${probe.status ?? 'with 2xx'}`;
    case 'tcp':
      return `port ${probe.port} accepts connections`;
    case 'exec':
      return `"${probe.argv.join(' ')}" exits with 0`;
    case 'log':
      return `a log line matches ${probe.pattern}`;
    case 'admin':
      return 'its admin interface answers /ready with 200';
    case 'started':
      return 'it runs';
  }
}

function ending(exitCode: number | undefined): string {
  if (exitCode === undefined) return 'ended';
  return exitCode > 128 ? `was ended by signal ${exitCode - 128}` : `exited with ${exitCode}`;
}

async function lastLines(lab: RunningLab, container: ContainerRef): Promise<string[]> {
  const lines: string[] = [];
  try {
    const request = {
      nodes: [container.node],
      container: container.container,
      follow: false,
      tail: shownLines,
    };
    for await (const line of lab.logs(request)) lines.push(line.text);
  } catch {
    // The error that is being told matters more than the log that cannot be read.
  }
  return lines.slice(-shownLines);
}

function quoted(name: string, lines: readonly string[]): string {
  if (lines.length === 0) return '; it printed nothing';
  return `; its last lines:\n${lines.map((line) => `  ${name} | ${line}`).join('\n')}`;
}
