import { randomBytes } from 'node:crypto';
import { basename, dirname, resolve } from 'node:path';

/** Leaves room for a hyphen and the random end within a lab's 40 letters. */
const WORD_LENGTH = 31;

/**
 * A lab's name that no other call gets: `front-proxy-1f0c9a2e`.
 * @param sandbox its name, or the path of its folder or file
 */
export function uniqueName(sandbox: string, cwd: string): string {
  const folder = /\.ya?ml$/.test(sandbox) ? dirname(sandbox) : sandbox;
  const word = basename(resolve(cwd, folder))
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '')
    .slice(0, WORD_LENGTH)
    .replace(/-$/, '');
  return `${word || 'lab'}-${randomBytes(4).toString('hex')}`;
}
