import { listLabs } from '../lab/labs.ts';
import { contextOf } from './context.ts';
import { interruptible } from './interrupt.ts';
import type { Lab } from './lab.ts';
import { OpenLab } from './open-lab.ts';
import type { OpenOptions } from './options.ts';

/**
 * A lab that runs already, whoever started it. Disposing it lets go of it and leaves it running.
 *
 * @param name undefined: the only one of this user that runs
 * @throws LabError `usage` when there is none of that name, or it is not clear which is meant
 * @example
 * await using lab = await open('front-proxy');
 * await lab.scale({ service1: 3 });
 */
export async function open(name?: string, options: OpenOptions = {}): Promise<Lab> {
  return interruptible(options.signal, () => {
    const context = contextOf({ ...options, signal: undefined }, `open ${name ?? ''}`.trim());
    return OpenLab.of(context, name, { owned: false });
  });
}

/** A lab of this user that runs, in short. */
export interface LabSummary {
  readonly lab: string;
  /** The sandbox's own name. */
  readonly sandbox: string;
  /** Folder the sandbox was read from. */
  readonly folder: string;
  readonly runtime: string;
  /** How the runtime keeps nodes apart, such as `namespaces` or `loopback`. */
  readonly mode: string;
  /** How many replicas of nodes. */
  readonly nodes: number;
  readonly containers: number;
  readonly createdAt: Date;
}

/**
 * All labs of this user that run, by name.
 *
 * @example
 * for (const { lab } of await labs()) await (await open(lab)).down();
 */
export async function labs(options: OpenOptions = {}): Promise<readonly LabSummary[]> {
  return interruptible(options.signal, async () => {
    const found = await listLabs(contextOf(options, 'labs'));
    return found.map((summary) => ({ ...summary, createdAt: new Date(summary.createdAt) }));
  });
}
