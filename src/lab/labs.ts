import type { LabContext } from './context.ts';
import { runningLabs } from './find.ts';

/** A running lab in short. */
export interface LabSummary {
  readonly lab: string;
  readonly sandbox: string;
  readonly folder: string;
  readonly runtime: string;
  readonly mode: string;
  readonly nodes: number;
  readonly containers: number;
  /** ms since the epoch. */
  readonly createdAt: number;
}

/** All labs of this user that run, by name. */
export async function listLabs(context: LabContext): Promise<LabSummary[]> {
  const summaries = await Promise.all(
    (await runningLabs(context)).map(async ({ lab, runtime }): Promise<LabSummary | undefined> => {
      const running = await runtime.open(lab);
      if (running === undefined) return undefined;
      await using _running = running;
      const { identity, mode, nodes, createdAt } = await running.observe();
      const containers = nodes.reduce((sum, { spec }) => sum + spec.containers.length, 0);
      const { sandbox, folder } = identity;
      return {
        lab,
        sandbox,
        folder,
        runtime: runtime.name,
        mode,
        nodes: nodes.length,
        containers,
        createdAt,
      };
    }),
  );
  return summaries.filter((summary) => summary !== undefined);
}
