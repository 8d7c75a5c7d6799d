import { joinWords } from '../../../process/words.ts';
import { becomeScript } from '../supervisor/become-script.ts';
import type { Tools } from './tools.ts';

/**
 * What a container may do inside its own namespaces. Without SYS_ADMIN it cannot undo read-only mounts, which keep a lab
 * run by root away from the host's files.
 */
const DROPPED = '-sys_admin,-sys_boot,-sys_module,-sys_time';

type Env = Readonly<Record<string, string>>;

/** Ends a script: becomes the command after giving up rights. */
function become(tools: Tools, justBefore: string, env: Env): string {
  return becomeScript(justBefore, `${joinWords([tools.setpriv])} --bounding-set=${DROPPED} --`, env);
}

/**
 * Runs a container's command: mounts its root, enters it, tells descriptor 3 that all went well, and becomes the command.
 * `route_localnet` lets the lab reach the node's loopback (see `loopbackSource`).
 *
 * @param netns name of the node's network namespace
 */
export function launchCommand(
  tools: Tools,
  target: { netns: string; hostname: string; root: string; fstab: string; workdir: string },
  argv: readonly string[],
  env: Env,
): readonly string[] {
  const q = (word: string) => joinWords([word]);
  const hostname = tools.hostname === undefined ? '' : `${q(tools.hostname)} ${q(target.hostname)}`;
  const script = `
${q(tools.mount)} -a -T ${q(target.fstab)} || exit 125
${hostname}
echo 1 > /proc/sys/net/ipv4/conf/all/route_localnet
cd ${q(target.root)} && ${q(tools.pivot_root)} . . && ${q(tools.umount)} -l . || exit 125
cd /
${become(tools, 'echo >&3; exec 3>&-', env)}`;
  const enter = [tools.nsenter, `--net=/run/netns/${target.netns}`, '--', tools.unshare, '-mu', '--'];
  return [...enter, tools.sh, '-c', script, 'sh', target.workdir, ...argv];
}

/** Runs another command in the namespaces of process `pid`. */
export function execCommand(
  tools: Tools,
  pid: number,
  workdir: string,
  argv: readonly string[],
  env: Env,
): readonly string[] {
  const enter = [tools.nsenter, '-t', String(pid), '--mount', '--uts', '--net', '--'];
  return [...enter, tools.sh, '-c', become(tools, '', env), 'sh', workdir, ...argv];
}
