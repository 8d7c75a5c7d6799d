import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Listening state of TCP in /proc/net/tcp (`TCP_LISTEN` in include/net/tcp_states.h). */
const LISTEN = '0A';

/** Who has a local port open: `process 4711 (python3 -m http.server)`, or as much of it as may be seen. */
export function describeHolder(protocol: 'tcp' | 'udp', port: number): string {
  const inodes = socketInodes(protocol, port);
  for (const pid of pids()) {
    if (!openSockets(pid).some((inode) => inodes.has(inode))) continue;
    const command = commandOf(pid);
    return command === '' ? `process ${pid}` : `process ${pid} (${command})`;
  }
  return "a process that this user's rights do not show";
}

/** Inodes of the sockets bound to a port, from /proc/net/{tcp,tcp6,udp,udp6}. */
function socketInodes(protocol: 'tcp' | 'udp', port: number): Set<string> {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const inodes = new Set<string>();
  for (const table of [protocol, `${protocol}6`]) {
    for (const line of read(`/proc/net/${table}`).split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/);
      const open = protocol === 'udp' || fields[3] === LISTEN;
      if (open && fields[1]?.endsWith(suffix) && fields[9] !== undefined) inodes.add(fields[9]);
    }
  }
  return inodes;
}

function pids(): string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

function openSockets(pid: string): string[] {
  let fds: string[];
  try {
    fds = readdirSync(`/proc/${pid}/fd`);
  } catch {
    return [];
  }
  return fds.flatMap((fd) => /^socket:\[(\d+)\]$/.exec(readLink(`/proc/${pid}/fd/${fd}`))?.[1] ?? []);
}

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function commandOf(pid: string): string {
  const command = read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
  return command.length > 120 ? `${command.slice(0, 120)}…` : command;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
