import { readFileSync } from 'node:fs';
import { LabError } from '../../../error.ts';
import type { NodeSpec } from '../../node-spec.ts';
import type { Isolation } from './isolation.ts';

/** Who the processes of a lab are, and who else is known to its containers. */
export interface Users {
  readonly uid: number;
  readonly gid: number;
  /** Text of /etc/passwd and /etc/group (passwd(5), group(5)). */
  readonly passwd: string;
  readonly group: string;
}

/** Users as this half of the supervisor sees them, which is as containers see them. */
export function presentUsers(): Users {
  return {
    uid: process.getuid?.() ?? 0,
    gid: process.getgid?.() ?? 0,
    passwd: read('/etc/passwd'),
    group: read('/etc/group'),
  };
}

/**
 * Refuses a user that processes of a lab cannot be. A lab's user namespace maps one id to root (`unshare
 * --map-root-user`), and setuid(2) to an id that is not mapped fails (user_namespaces(7)); without namespaces nothing
 * is mapped at all. So only the user that everything runs as can be asked for.
 *
 * @param user name or id, with or without `:` and a group, as in `docker run --user`
 * @param where what is to run, such as `service1-1/app`
 * @throws LabError `usage` when there is no such user or group, `runtime` when it is another one
 */
export function checkUser(
  user: string | undefined,
  where: string,
  mode: Isolation['mode'],
  users: Users = presentUsers(),
): void {
  if (user === undefined || user === '') return;
  const [name = '', group] = user.split(':');
  const uid = idOf(name, users.passwd);
  const gid = group === undefined || group === '' ? users.gid : idOf(group, users.group);
  const unknown = uid === undefined ? `user ${name}` : gid === undefined ? `group ${group}` : undefined;
  if (unknown !== undefined) {
    throw new LabError('usage', `${where} cannot run as ${user}: there is no ${unknown}`, {
      hint: 'Users and groups are those of /etc/passwd and /etc/group of this machine.',
    });
  }
  if (uid === users.uid && gid === users.gid) return;
  const own = nameOf(users.uid, users.passwd);
  const why =
    mode === 'namespaces'
      ? `the user namespace of the lab maps one user only, ${own}`
      : `without namespaces everything in the lab runs as the user who started it, ${own}`;
  throw new LabError('runtime', `${where} cannot run as ${user}: ${why}`, {
    hint: `Leave the user away (\`-u\` of exec, \`user:\` in sandbox.yaml or image.yaml), or say ${own}.`,
  });
}

/** Refuses nodes with a container whose user cannot be had. */
export function checkUsers(nodes: readonly NodeSpec[], mode: Isolation['mode']): void {
  for (const { name, containers } of nodes)
    for (const container of containers) checkUser(container.user, `${name}/${container.name}`, mode);
}

function idOf(name: string, table: string): number | undefined {
  if (/^\d+$/.test(name)) return Number(name);
  const id = entries(table).find((fields) => fields[0] === name && name !== '')?.[2];
  return id === undefined ? undefined : Number(id);
}

function nameOf(id: number, table: string): string {
  return entries(table).find((fields) => fields[2] === String(id))?.[0] ?? String(id);
}

function entries(table: string): string[][] {
  return table.split('\n').map((line) => line.split(':'));
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
