import { closeSync, openSync } from 'node:fs';
import type { ContainerSpec, NodeSpec } from '../../node-spec.ts';
import { exitCodeOf } from './exit-code.ts';
import type { ExitCode, Isolation } from './isolation.ts';

/** Runs a command among a container's files without input or output; returns its exit code. */
export async function runOnce(
  isolation: Isolation,
  node: NodeSpec,
  container: ContainerSpec,
  pid: number,
  argv: readonly string[],
  signal: AbortSignal,
): Promise<ExitCode> {
  const sink = openSync('/dev/null', 'w');
  try {
    const streams = { stdin: 'ignore', stdout: sink, stderr: sink } as const;
    const child = isolation.exec(node, container, pid, { node: node.name, argv }, streams);
    const kill = () => child.kill('SIGKILL');
    signal.addEventListener('abort', kill);
    try {
      return await exitCodeOf(child);
    } finally {
      signal.removeEventListener('abort', kill);
    }
  } finally {
    closeSync(sink);
  }
}
