import { parseAddress, reachableHost } from '../../admin-address.ts';
import { httpStatus } from '../../http-status.ts';
import type { ReadyProbe } from '../../node-spec.ts';
import type { ObservedContainer } from '../../runtime.ts';
import { execIn } from '../exec.ts';
import { readArchived } from '../files.ts';
import type { ContainerObject, NodeObject } from '../objects.ts';
import { hasLine } from './log-probe.ts';
import type { ProbeContext } from './ready.ts';

/** Longest that one address may take to accept or to answer, in ms. */
const LOOK_MS = 1000;

/** What is looked at, and how. */
export interface LookRequest {
  readonly context: ProbeContext;
  readonly node: NodeObject;
  readonly container: ContainerObject;
  /** See `ConnectOptions.cheap`. */
  readonly cheap: boolean;
  readonly signal: AbortSignal;
}

/**
 * Asks once whether a container answers its probe.
 * @throws Error when it does not, or when it is gone
 */
export async function look(probe: ReadyProbe, request: LookRequest): Promise<boolean> {
  const { context, node, container, cheap, signal } = request;
  const connect = (port: number, spare = cheap) =>
    context.reach.connect(node, port, { timeoutMs: LOOK_MS, cheap: spare });
  switch (probe.kind) {
    case 'started':
      return true;
    case 'tcp':
      (await connect(probe.port)).destroy();
      return true;
    case 'http': {
      const status = await httpStatus(await connect(probe.port), probe.path, LOOK_MS);
      return probe.status === undefined ? status >= 200 && status < 400 : status === probe.status;
    }
    case 'log':
      return hasLine(context.docker, container.id, probe.pattern, signal);
    case 'exec':
      return succeeds(request, probe.argv);
    case 'admin': {
      const admin = await adminOf(context, container);
      if (admin === undefined) return false;
      // Where an address was written, somebody listens: on the loopback, the agent is the way.
      const waits = cheap && probe.address !== undefined && !isLoopback(admin.host);
      return (await httpStatus(await connect(admin.port, waits), '/ready', LOOK_MS)) === 200;
    }
  }
}

/** The known address, else what the container's engine has written. */
export async function adminOf(
  { docker }: ProbeContext,
  { id, spec }: ContainerObject,
): Promise<ObservedContainer['admin']> {
  const probe = spec.ready;
  if (probe.kind !== 'admin') return undefined;
  const { address, addressFile } = probe;
  if (address !== undefined && address.port !== 0) {
    return { host: reachableHost(address.host), port: address.port };
  }
  const file = await readArchived(docker, id, addressFile);
  return file && parseAddress(file.toString('utf8'));
}

function isLoopback(host: string): boolean {
  return host.startsWith('127.') || host === '::1' || host === 'localhost';
}

/** A command that the container runs; killed when nobody waits for it any more. */
async function succeeds(
  { context, container, signal }: LookRequest,
  argv: readonly string[],
): Promise<boolean> {
  await using session = await execIn(context.docker, container.id, { argv });
  session.stdin.end();
  session.stdout.resume();
  session.stderr.resume();
  const aborted = new Promise<undefined>((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  return (await Promise.race([session.exitCode, aborted])) === 0;
}
