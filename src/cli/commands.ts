import type { CliCommand } from './cli.ts';
import { check } from './commands/check.ts';
import { completion } from './commands/completion.ts';
import { config } from './commands/config.ts';
import { cp } from './commands/cp.ts';
import { curl } from './commands/curl.ts';
import { doctor } from './commands/doctor.ts';
import { down } from './commands/down.ts';
import { events } from './commands/events.ts';
import { exec } from './commands/exec.ts';
import { exporting } from './commands/export.ts';
import { graph } from './commands/graph.ts';
import { init } from './commands/init.ts';
import { inspect } from './commands/inspect.ts';
import { labs } from './commands/labs.ts';
import { pause, restart, start, stop, unpause } from './commands/lifecycle.ts';
import { logs } from './commands/logs.ts';
import { ls } from './commands/ls.ts';
import { migrate } from './commands/migrate.ts';
import { open } from './commands/open.ts';
import { port } from './commands/port.ts';
import { ps } from './commands/ps.ts';
import { scale } from './commands/scale.ts';
import { stats } from './commands/stats.ts';
import { up } from './commands/up.ts';

/** All commands; their order is that of help and documentation. */
export const commands: readonly CliCommand[] = [
  up,
  down,
  ps,
  labs,
  port,
  logs,
  stats,
  inspect,
  graph,
  config,
  events,
  open,
  curl,
  exec,
  cp,
  check,
  scale,
  stop,
  start,
  restart,
  pause,
  unpause,
  ls,
  init,
  exporting,
  migrate,
  doctor,
  completion,
];
