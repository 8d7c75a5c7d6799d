import { existsSync } from 'node:fs';
import { LabError } from '../../error.ts';
import type { LabContext } from '../context.ts';
import { hostHash } from './host-hash.ts';
import type { ForwarderProgram } from './inputs.ts';

/** @throws LabError `runtime` when the bundle was not built */
export async function findForwarder({
  forwarder: bundle,
  machine,
}: Pick<LabContext, 'forwarder' | 'machine'>): Promise<ForwarderProgram> {
  if (!existsSync(bundle)) {
    throw new LabError('runtime', `services cannot be forwarded: the bundle ${bundle} is missing`, {
      hint: 'build it: npm run build',
    });
  }
  return { execPath: machine.execPath, bundle, hash: await hostHash(bundle) };
}
