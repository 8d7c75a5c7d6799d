import { createHash } from 'node:crypto';

/** @param value plain data */
export function contentHash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}
