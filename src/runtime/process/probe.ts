import { execFile } from 'node:child_process';
import { joinWords } from '../../process/words.ts';
import type { ProbeReport } from '../runtime.ts';
import { overlayOptions } from './namespaces/boot-script.ts';
import { bridgeBatch } from './namespaces/network-plan.ts';
import { findTools, type Tools } from './namespaces/tools.ts';

type Mode = 'auto' | 'namespaces' | 'loopback';

/** What is untrue in loopback mode. */
export const LOOPBACK_CAVEATS: readonly string[] = [];

/** Finds out what this machine allows. Takes about 20 ms. */
export async function probeMachine(mode: Mode, path: string): Promise<ProbeReport> {
  if (mode === 'loopback') return loopback('asked for');
  const refusal = await namespacesRefusal(path);
  if (refusal === undefined) {
    return {
      available: true,
      mode: 'namespaces',
      detail: 'user, network and PID namespaces work',
      caveats: [],
    };
  }
  if (mode === 'auto') return loopback(refusal.why);
  return { available: false, mode: 'namespaces', detail: refusal.why, hint: refusal.hint, caveats: [] };
}

function loopback(why: string): ProbeReport {
  return { available: true, mode: 'loopback', detail: why, caveats: LOOPBACK_CAVEATS };
}

async function namespacesRefusal(path: string): Promise<{ why: string; hint: string } | undefined> {
  if (process.platform !== 'linux') return { why: 'namespaces need Linux', hint: 'Use the loopback mode.' };
  const { tools, missing } = findTools(path);
  if (missing.length > 0) {
    return { why: `not on this machine: ${missing.join(', ')}`, hint: 'Install util-linux and iproute2.' };
  }
  const complaint = await tryNamespaces(tools);
  if (complaint === undefined) return undefined;
  return {
    why: `this machine refuses user namespaces: ${complaint}`,
    hint: 'Allow them (sysctl kernel.apparmor_restrict_unprivileged_userns=0 on Ubuntu), or use the loopback mode.',
  };
}

/** Does in small what a lab does; says what the system complained about. */
function tryNamespaces(tools: Tools): Promise<string | undefined> {
  const mount = joinWords([tools.mount]);
  const script = `set -e
${mount} -t tmpfs envoy-lab /run
mkdir -p /run/netns /run/up /run/work
${mount} -t overlay overlay -o ${overlayOptions('/usr', '/run/up', '/run/work')} /usr
${joinWords([tools.ip])} -batch - <<'END'
${bridgeBatch([0], true)}netns add probe
link add v0 type veth peer name eth0 netns probe
END
echo 1 > /proc/sys/net/ipv4/conf/all/route_localnet`;
  const args = ['-Urnm', '--pid', '--fork', '--kill-child', '--mount-proc', '--', tools.sh, '-c', script];
  return new Promise((resolve) => {
    execFile(tools.unshare, args, { cwd: '/', timeout: 5000 }, (error, _stdout, stderr) => {
      if (error === null) resolve(undefined);
      else resolve(stderr.trim().split('\n')[0] || error.message);
    });
  });
}
