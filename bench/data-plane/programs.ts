import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const folder = fileURLToPath(new URL('go', import.meta.url));

/** Our own programs in Go, by name. */
export interface Programs {
  readonly upstream: string;
  readonly echo: string;
  readonly sockets: string;
}

/** Builds them into a folder. @throws Error when there is no Go */
export async function buildPrograms(into: string): Promise<Programs> {
  await promisify(execFile)('go', ['build', '-o', into, './...'], { cwd: folder }).catch((error) => {
    throw new Error('the upstreams of this benchmark are built with Go 1.21 or newer', { cause: error });
  });
  return { upstream: join(into, 'upstream'), echo: join(into, 'echo'), sockets: join(into, 'sockets') };
}
