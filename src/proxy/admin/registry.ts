import { configDump } from './config-dump/config-dump.ts';
import type { AdminHandler } from './handler.ts';
import { helpText } from './help.ts';
import { absentPages } from './pages/absent.ts';
import { certs } from './pages/certs.ts';
import { clusters } from './pages/clusters.ts';
import { homePage } from './pages/home.ts';
import {
  drainListeners,
  healthCheckFail,
  healthCheckOk,
  quit,
  reopenLogs,
  resetCounters,
} from './pages/lifecycle.ts';
import { listeners } from './pages/listeners.ts';
import { logging } from './pages/logging.ts';
import { memory } from './pages/memory.ts';
import { ready } from './pages/ready.ts';
import { runtime, runtimeModify } from './pages/runtime.ts';
import { serverInfo } from './pages/server-info.ts';
import { prometheusStats, stats } from './stats/stats.ts';

/** All pages of the admin interface. */
export const adminHandlers: readonly AdminHandler[] = [
  homePage(() => [...adminHandlers]),
  certs,
  clusters,
  configDump,
  drainListeners,
  healthCheckFail,
  healthCheckOk,
  {
    path: '/help',
    help: 'print out list of admin commands',
    handle: () => ({ body: helpText(adminHandlers) }),
  },
  listeners,
  logging,
  memory,
  quit,
  ready,
  reopenLogs,
  resetCounters,
  runtime,
  runtimeModify,
  serverInfo,
  stats,
  prometheusStats,
  ...absentPages,
];
