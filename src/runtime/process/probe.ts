import { execFile } from 'node:child_process';
import { joinWords } from '../../process/words.ts';
import type { ProbeReport } from '../runtime.ts';
import { overlayOptions } from './namespaces/boot-script.ts';
import { bridgeBatch } from './namespaces/network-plan.ts';
import { findTools, type Tools } from './namespaces/tools.ts';

type Mode = 'auto' | 'namespaces' | 'loopback';

/** Why namespaces cannot be used. */
export interface Refusal {
  readonly why: string;
  readonly hint: string;
}

/** What is untrue in loopback mode. */
const LOOPBACK_CAVEATS: readonly string[] = [
  "All nodes share this machine's network: nothing keeps them apart, and they see the machine's own services.",
  'A node is a loopback address; only Node programs and Envoy are moved there, others open their ports on the whole machine.',
  "A node's localhost is its own only for Node programs and Envoy.",
  'Names of nodes resolve only in Node programs and Envoy; others find the DNS server in ENVOY_LAB_DNS.',
  "A node's `hosts` are seen by Node programs and the engine ts only.",
  'A connection made by name comes from 127.0.0.1, not from the address of the node, unless a proxy makes it.',
  'The real Envoy runs a config derived from yours: its logs and admin pages show the moved addresses, it knows the nodes of all networks, and listeners that xDS brings are refused.',
  'Containers have no root of their own: files are copies, and paths in commands are rewritten.',
];
const LOW_PORTS = 'Ports below 1024 cannot be opened.';
const ONE_ADDRESS = 'This system has one loopback address: no two nodes can open the same port.';

/**
 * Finds out what this machine allows. Takes about 20 ms.
 *
 * @param path PATH, to find the system's tools
 * @param refusal says why namespaces cannot be used; undefined when they can
 */
export async function probeMachine(
  mode: Mode,
  path: string,
  refusal = namespacesRefusal,
): Promise<ProbeReport> {
  if (mode === 'loopback') return loopback('asked for');
  const refused = await refusal(path);
  if (refused === undefined) {
    return {
      available: true,
      mode: 'namespaces',
      detail: 'user, network and PID namespaces work',
      caveats: [],
    };
  }
  if (mode === 'auto') return loopback(refused.why, refused.hint);
  return { available: false, mode: 'namespaces', detail: refused.why, hint: refused.hint, caveats: [] };
}

function loopback(why: string, hint?: string): ProbeReport {
  const caveats = [
    ...LOOPBACK_CAVEATS,
    ...(process.getuid?.() === 0 ? [] : [LOW_PORTS]),
    ...(process.platform === 'linux' ? [] : [ONE_ADDRESS]),
  ];
  return { available: true, mode: 'loopback', detail: why, caveats, ...(hint === undefined ? {} : { hint }) };
}

async function namespacesRefusal(path: string): Promise<Refusal | undefined> {
  if (process.platform !== 'linux')
    return { why: 'namespaces need Linux', hint: 'Nothing can be done about it here.' };
  const { tools, missing } = findTools(path);
  if (missing.length > 0) {
    return { why: `not on this machine: ${missing.join(', ')}`, hint: 'Install util-linux and iproute2.' };
  }
  const complaint = await tryNamespaces(tools);
  if (complaint === undefined) return undefined;
  return {
    why: `this machine refuses namespaces to this user: ${complaint}`,
    hint: 'On Ubuntu `sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0` allows them; in a container they need its --privileged.',
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
