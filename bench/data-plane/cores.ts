import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';

/** Lists of cores as `taskset -c` takes them. */
export const cores = {
  /** The proxies', and nobody else's. */
  proxy: '0',
  /** The load generators', the upstreams' and this process's. */
  load: '1',
  /** Of proxies with two workers. */
  twoWorkers: '0,1',
  /** Of their load: the same two cores where there are no others. */
  twoWorkersLoad: cpus().length >= 4 ? '2,3' : '0,1',
};

/** Keeps this process, all its threads and what it starts away from the proxies' core. */
export function leaveProxyCore(): void {
  if (cpus().length < 2) throw new Error('needs two cores: one for the proxies, one for the load');
  execFileSync('taskset', ['-acp', cores.load, String(process.pid)], { stdio: 'ignore' });
}

/** The command on these cores; it ends with this process, however that ends. Its process id is the command's own. */
export function pinned(list: string, argv: readonly string[]): string[] {
  return ['setpriv', '--pdeathsig', 'KILL', 'taskset', '-c', list, ...argv];
}
