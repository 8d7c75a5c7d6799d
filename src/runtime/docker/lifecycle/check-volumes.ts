import { existsSync } from 'node:fs';
import { LabError } from '../../../error.ts';
import type { ContainerSpec } from '../../node-spec.ts';
import type { Engine } from '../engine.ts';

/** Refuses a volume whose folder is not there, before an engine makes an empty one of that name on the host. */
export function checkVolumes({ dialect, local }: Engine, where: string, { volumes }: ContainerSpec): void {
  if (!dialect.makesMissingFolders || !local) return;
  const missing = volumes.find(({ hostPath }) => !existsSync(hostPath));
  if (missing === undefined) return;
  throw new LabError('runtime', `the volume ${missing.path} of ${where}: there is no ${missing.hostPath}`, {
    hint: 'make that folder, or leave the volume away',
  });
}
