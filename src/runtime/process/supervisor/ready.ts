import { setTimeout as delay } from 'node:timers/promises';
import { parseAddress } from '../../admin-address.ts';
import { httpStatus } from '../../http-status.ts';
import type { NodeSpec, ReadyProbe } from '../../node-spec.ts';
import type { ObservedContainer } from '../../runtime.ts';
import { connectFirst } from './connect.ts';
import type { Container } from './container.ts';
import type { Endpoint, Isolation } from './isolation.ts';
import { runOnce } from './run-once.ts';

/** What a probe may look at. */
export interface ProbeContext {
  readonly isolation: Isolation;
  readonly node: NodeSpec;
  readonly container: Container;
  /** Where in its output the present run begins. */
  readonly logFrom: number;
}

type Admin = NonNullable<ObservedContainer['admin']>;

/** First and longest pause between two looks, in ms. */
const FIRST_MS = 10;
const LONGEST_MS = 100;
/** Longest that one look may take, in ms. */
const LOOK_MS = 1000;

/**
 * Looks again and again until a container is ready.
 *
 * @returns its admin address, when the probe is of kind `admin`
 * @throws AbortError when the signal aborts
 */
export async function waitUntilReady(
  probe: ReadyProbe,
  context: ProbeContext,
  signal: AbortSignal,
): Promise<Admin | undefined> {
  const look = lookFor(probe, context, signal);
  for (let pause = FIRST_MS; ; pause = Math.min(pause * 1.3, LONGEST_MS)) {
    const found = await look().catch(() => false as const);
    if (found !== false) return found === true ? undefined : found;
    await delay(pause, undefined, { signal });
  }
}

function lookFor(
  probe: ReadyProbe,
  context: ProbeContext,
  signal: AbortSignal,
): () => Promise<boolean | Admin> {
  const { isolation, node, container } = context;
  const endpoints = (port: number) => isolation.endpoints(node.name, port);
  switch (probe.kind) {
    case 'started':
      return async () => true;
    case 'tcp':
      return async () => {
        (await connectFirst(endpoints(probe.port), LOOK_MS)).destroy();
        return true;
      };
    case 'http':
      return async () => {
        const status = await httpStatusOf(endpoints(probe.port), probe.path);
        return probe.status === undefined ? status >= 200 && status < 400 : status === probe.status;
      };
    case 'log':
      return logLook(new RegExp(probe.pattern), container, context.logFrom);
    case 'exec':
      return async () => {
        const pid = container.pid;
        if (pid === undefined) return false;
        return (await runOnce(isolation, node, container.spec, pid, probe.argv, signal)) === 0;
      };
    case 'admin':
      return async () => {
        const file = await isolation.readFile(node, container.spec, container.pid, probe.addressFile);
        const admin = parseAddress(file.toString('utf8'));
        if (admin === undefined) return false;
        return (await httpStatusOf(endpoints(admin.port), '/ready')) === 200 && admin;
      };
  }
}

/** Sees each line once, the one not ended yet each time. */
function logLook(pattern: RegExp, container: Container, from: number): () => Promise<boolean> {
  let next = from;
  return async () => {
    const entries = container.log.from(next);
    next = container.log.next;
    return [...entries, ...container.log.partial(0)].some((entry) => pattern.test(entry.text));
  };
}

async function httpStatusOf(endpoints: readonly Endpoint[], path: string): Promise<number> {
  return httpStatus(await connectFirst(endpoints, LOOK_MS), path, LOOK_MS);
}
