/** What a container's root is put together from; the same for all containers of a lab. */
export interface RootPlan {
  /** Folders of the host that each container gets its own writable copy of (overlayfs, copied on write). */
  readonly overlays: readonly string[];
  /** Host paths seen read-only: where the kernel refuses an overlay, and what must be visible in hidden folders. */
  readonly binds: readonly string[];
  readonly symlinks: readonly { readonly path: string; readonly target: string }[];
  /** Folders within overlays that belong to the container from the start. */
  readonly owned: readonly string[];
}

/**
 * Where programs write as root in an image. On the host they belong to another user, and the root of a user namespace may
 * not write to what belongs to users it does not map (user_namespaces(7), capabilities).
 */
export const WRITABLE = [
  '/var/cache',
  '/var/lib',
  '/var/log',
  '/var/spool',
  '/usr/local',
  '/usr/local/bin',
  '/usr/local/etc',
  '/usr/local/share',
];

export interface RootEntry {
  readonly name: string;
  readonly kind: 'directory' | 'symlink' | 'other';
  /** Of a symlink. */
  readonly target?: string;
  /** Of a directory: may be listed and entered. */
  readonly readable?: boolean;
}

/** Folders of the host that a container does not see: it has its own. */
export const HIDDEN = ['/proc', '/sys', '/dev', '/run', '/tmp', '/lost+found'];

/** Home of a container, empty as in an image: the user's own settings (`~/.curlrc`) must not change what a lab does. */
export const HOME = '/run/home';

/**
 * Plans a container's root from the host's: every top-level folder becomes an overlay, unless something is mounted
 * below it. The kernel refuses to overlay such a folder in a user namespace, since that would uncover what the mount
 * hides (`has_locked_children` in fs/namespace.c).
 *
 * @param mountPoints all of the host's
 * @param visible host paths that containers need though they lie in a hidden folder
 * @param foreign those of {@link WRITABLE} that are there and another user's
 */
export function planRoot(
  entries: readonly RootEntry[],
  mountPoints: readonly string[],
  visible: readonly string[],
  foreign: readonly string[] = [],
): RootPlan {
  const overlays: string[] = [];
  const binds: string[] = [];
  const symlinks: { path: string; target: string }[] = [];
  for (const { name, kind, target, readable } of entries) {
    const path = `/${name}`;
    if (HIDDEN.includes(path)) continue;
    if (kind === 'symlink') symlinks.push({ path, target: target! });
    // An overlay of what may not be looked into refuses new files, too.
    if (kind !== 'directory' || readable === false) continue;
    const covered = mountPoints.some((point) => point.startsWith(`${path}/`));
    // These characters separate overlayfs' own options.
    (covered || /[,:\\]/.test(name) ? binds : overlays).push(path);
  }
  const hidden = visible.filter((path) => HIDDEN.some((folder) => path.startsWith(`${folder}/`)));
  const owned = foreign.filter((path) => overlays.some((overlay) => path.startsWith(`${overlay}/`)));
  return { overlays, binds: [...binds, ...new Set(hidden)], symlinks, owned };
}

/** Mount points listed in /proc/PID/mountinfo (proc_pid_mountinfo(5)). */
export function parseMountPoints(mountinfo: string): string[] {
  return mountinfo
    .split('\n')
    .map((line) => line.split(' ')[4])
    .filter((point) => point !== undefined)
    .map((point) => point.replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(parseInt(octal, 8))));
}

/** One line of fstab(5). */
export function fstabLine(source: string, target: string, type: string, options: string): string {
  return `${[source, target, type, options].map(escapeField).join(' ')} 0 0\n`;
}

function escapeField(text: string): string {
  return text.replace(/[ \t\n\\]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`);
}
