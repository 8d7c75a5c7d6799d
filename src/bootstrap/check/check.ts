import type { Path } from '../../document/document.ts';
import type { Problem } from '../../document/problem.ts';
import type { envoy } from '../api.generated.ts';
import { checkClusters } from './clusters.ts';
import { checkFilterChains } from './filter-chains.ts';
import { checkListeners } from './listeners.ts';
import { checkRoutes } from './routes.ts';
import { findUnusedClusters } from './unused-clusters.ts';

/** Takes what a check found, at a path of the message. */
export type Report = (severity: Problem['severity'], path: Path, message: string, hint?: string) => void;

/**
 * Whether all that the file says of a message was read. Of one that was not, what seems absent may only be wrong,
 * and has been reported as that.
 */
export type IsWhole = (message: object) => boolean;

/** What no schema can say: relations between the parts of a bootstrap config. In Envoy's words where it has any. */
export type Check = (
  bootstrap: envoy.config.bootstrap.v3.Bootstrap,
  report: Report,
  isWhole: IsWhole,
) => void;

const checks: readonly Check[] = [
  checkListeners,
  checkClusters,
  checkFilterChains,
  checkRoutes,
  findUnusedClusters,
];

export const checkBootstrap: Check = (bootstrap, report, isWhole) => {
  for (const check of checks) check(bootstrap, report, isWhole);
};
