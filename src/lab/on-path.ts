import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** The file of a program, as a shell would find it; undefined when there is none. */
export async function onPath(program: string, path: string): Promise<string | undefined> {
  for (const folder of path.split(delimiter)) {
    const file = join(folder, program);
    const found = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (folder !== '' && found) return file;
  }
  return undefined;
}
