import type { Case } from '../case.ts';
import { accessLogs } from './access-log.ts';
import { admin } from './admin.ts';
import { attacks } from './attacks.ts';
import { clusters } from './clusters.ts';
import { connectionManager } from './connection-manager.ts';
import { drain } from './drain.ts';
import { filterChains } from './filter-chains.ts';
import { filters } from './filters.ts';
import { headers } from './headers.ts';
import { localReplies } from './local-replies.ts';
import { proxying } from './proxying.ts';
import { routing } from './routing.ts';
import { tls } from './tls.ts';

/** Every case; a new area is a file here and a line below. */
export const cases: readonly Case[] = [
  ...proxying,
  ...localReplies,
  ...connectionManager,
  ...filters,
  ...filterChains,
  ...headers,
  ...routing,
  ...accessLogs,
  ...tls,
  ...drain,
  ...clusters,
  ...admin,
  ...attacks,
];
