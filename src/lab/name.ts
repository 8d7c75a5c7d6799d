import { LabError } from '../error.ts';

/**
 * A lab's name becomes part of host names, file names and labels: a DNS label (RFC 1123), at most 40 letters.
 * @throws LabError `usage`
 */
export function checkLabName(name: string): string {
  if (name.length <= 40 && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(name)) return name;
  throw new LabError('usage', `"${name}" cannot be a lab's name`, {
    hint: 'at most 40 of a-z, 0-9 and -, with a letter or digit at both ends',
  });
}
