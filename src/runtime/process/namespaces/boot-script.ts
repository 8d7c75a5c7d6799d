import { joinWords } from '../../../process/words.ts';
import { fstabLine } from './root-plan.ts';
import type { Tools } from './tools.ts';

/** Where the lab keeps its things inside its own mount namespace; nothing of it exists on the host. */
export const INSIDE = {
  /** What the host has at /run, which the lab's own tmpfs covers. */
  hostRun: '/run/host',
  dev: '/run/base/dev',
  proc: '/run/base/proc',
  containers: '/run/containers',
  fifos: '/run/fifos',
  /** /proc/self/mountinfo after an overlay of each folder was tried. */
  tried: '/run/base/tried',
} as const;

/** FIFOs made at boot: enough for the output of a small lab, in time that is free while the inner half boots. */
export const READY_FIFOS = 24;

const DEVICES = ['null', 'zero', 'full', 'random', 'urandom', 'tty'];

/** A host path as the inner half sees it. */
export function insidePath(hostPath: string): string {
  const run = /^(\/var)?\/run(?=\/|$)/;
  return hostPath.replace(run, INSIDE.hostRun);
}

/**
 * The shell script that is PID 1 of a lab: it lays out mounts and bridges while the inner half boots beside it, tells it
 * `ok` on stdin, and then only waits. A shell reaps every orphan (Node as PID 1 would not), and its end, or the end of
 * the inner half, makes the kernel kill everything in the namespace.
 */
export function bootScript(
  tools: Tools,
  inner: readonly string[],
  overlays: readonly string[],
  ip: string,
): string {
  const mount = joinWords([tools.mount]);
  const base = [
    ...DEVICES.map((name) => fstabLine(`/dev/${name}`, `${INSIDE.dev}/${name}`, 'none', 'bind')),
    fstabLine('devpts', `${INSIDE.dev}/pts`, 'devpts', 'newinstance,ptmxmode=0666,mode=620'),
    fstabLine('/proc', INSIDE.proc, 'none', 'bind'),
    fstabLine('/proc/sys', `${INSIDE.proc}/sys`, 'none', 'bind,ro'),
    fstabLine('/proc/sysrq-trigger', `${INSIDE.proc}/sysrq-trigger`, 'none', 'bind,ro'),
  ].join('');
  const trials = overlays
    .map((folder, index) => {
      const at = `/run/base/try/${index}`;
      return fstabLine('overlay', folder, 'overlay', overlayOptions(folder, `${at}/up`, `${at}/work`));
    })
    .join('');
  const tryFolders = overlays.flatMap((_, index) => [
    `/run/base/try/${index}/up`,
    `/run/base/try/${index}/work`,
  ]);
  // The tmpfs is made on /sys, which nobody needs, because /run must still be seen to be bound into it.
  const setup = `
${mount} -t tmpfs -o mode=755 envoy-lab /sys
mkdir -p /sys/host /sys/netns /sys/containers /sys/fifos /sys/base/dev/pts /sys/base/dev/shm /sys/base/proc
${mount} --rbind /run /sys/host
${mount} --move /sys /run
for name in ${DEVICES.join(' ')}; do : > ${INSIDE.dev}/$name; done
${heredoc('/run/base/fstab', base)}
${heredoc('/run/base/trials', trials)}
mkdir -p ${joinWords(tryFolders)}
${joinWords([tools.mkfifo])} -m 600 ${joinWords(Array.from({ length: READY_FIFOS }, (_, index) => `${INSIDE.fifos}/${index}`))}
${mount} -a -T /run/base/fstab
${joinWords([tools.unshare])} -m sh -c '"$1" -a -T /run/base/trials; cat /proc/self/mountinfo > ${INSIDE.tried}' sh ${mount} 2>/dev/null
for key in route_localnet accept_local; do echo 1 > /proc/sys/net/ipv4/conf/all/$key; done
${heredoc('/run/base/ip', ip)}
${joinWords([tools.ip])} -batch /run/base/ip
`;
  return `{ ( set -e\n${setup}\n) >&2 && echo ok; } | ${joinWords(inner)}\n`;
}

export function overlayOptions(lower: string, upper: string, work: string): string {
  return `lowerdir=${lower},upperdir=${upper},workdir=${work},userxattr`;
}

function heredoc(file: string, content: string): string {
  return `cat > ${file} <<'END_OF_FILE'\n${content}END_OF_FILE`;
}

/**
 * Makes the namespaces and runs the boot script, which it takes from the environment variable `ENVOY_LAB_BOOT` so that
 * `ps` stays readable. Killed together with whoever started it, and its child with it.
 */
export function unshareCommand(tools: Tools): readonly string[] {
  const unshare = [
    tools.unshare,
    '-Urnm',
    '--pid',
    '--fork',
    '--kill-child',
    '--mount-proc',
    '--propagation',
    'slave',
  ];
  return [
    tools.setpriv,
    '--pdeathsig',
    'KILL',
    '--',
    ...unshare,
    '--',
    tools.sh,
    '-c',
    'eval "$ENVOY_LAB_BOOT"',
  ];
}
