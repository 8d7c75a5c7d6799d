import { LabError } from '../../error.ts';

/** A regular expression that RE2 refuses, in its words: what, and the part it is about. */
export function regexError(what: string, part?: string): LabError {
  return new LabError('invalid', part === undefined ? what : `${what}: ${part}`);
}
