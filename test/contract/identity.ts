import type { LabIdentity } from '../../src/runtime/node-spec.ts';

let count = 0;

/** Nobody else's, so that tests which take away all that is theirs leave each other alone. */
export const owner = `contract-${process.pid}`;

/** A lab name nobody else uses, and the rest of an identity. */
export function identity(word: string, networks: readonly string[] = ['default']): LabIdentity {
  return {
    lab: `contract-${word}-${process.pid}-${count++}`,
    sandbox: word,
    folder: '/nowhere',
    owner,
    networks,
  };
}
