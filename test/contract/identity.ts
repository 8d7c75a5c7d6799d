import type { LabIdentity } from '../../src/runtime/node-spec.ts';

let count = 0;

/** A lab name nobody else uses, and the rest of an identity. */
export function identity(word: string, networks: readonly string[] = ['default']): LabIdentity {
  return {
    lab: `contract-${word}-${process.pid}-${count++}`,
    sandbox: word,
    folder: '/nowhere',
    owner: String(process.getuid?.() ?? 0),
    networks,
  };
}
