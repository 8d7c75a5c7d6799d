import { LabError } from '../../../error.ts';
import type { Engine } from '../engine.ts';
import { getFile } from '../files.ts';

/**
 * Refuses a user or group that a container's image does not know; the engine would say so only at the start.
 *
 * @param user name or id, with or without `:` and a group
 * @throws LabError `usage` when there is none of that name
 */
export async function checkUserOf(
  { docker }: Engine,
  where: string,
  container: string,
  user: string | undefined,
): Promise<void> {
  if (user === undefined || user === '') return;
  const [name = '', group = ''] = user.split(':');
  const tables = [
    { what: 'user', name, file: '/etc/passwd' },
    { what: 'group', name: group, file: '/etc/group' },
  ];
  for (const { what, name, file } of tables) {
    // Ids need no name.
    if (name === '' || /^\d+$/.test(name)) continue;
    const table = await getFile(docker, container, file).then(String, () => '');
    if (table.split('\n').some((line) => line.split(':')[0] === name)) continue;
    throw new LabError('usage', `${where} cannot run as ${user}: there is no ${what} ${name}`, {
      hint: `Users and groups are those of /etc/passwd and /etc/group of its image.`,
    });
  }
}
