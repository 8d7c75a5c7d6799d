import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../../../error.ts';
import type { TlsMaterial } from './endpoint.ts';

/**
 * The `ca.pem`, `cert.pem` and `key.pem` of a folder, as far as they are there.
 * @throws LabError `runtime` when one is there and cannot be read
 */
export function readTls(folder: string, verify: boolean): TlsMaterial {
  const ca = readPem(join(folder, 'ca.pem'));
  const cert = readPem(join(folder, 'cert.pem'));
  const key = readPem(join(folder, 'key.pem'));
  return {
    verify,
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
}

function readPem(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new LabError('runtime', `${file} cannot be read (${code})`, { cause: error });
  }
}
