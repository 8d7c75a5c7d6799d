import type Docker from 'dockerode';
import type { LabIdentity } from '../../node-spec.ts';
import { networkLabels } from '../labels.ts';
import { networkName } from '../names.ts';

/** A network of a lab, in the engine's words. */
export function networkOptions(
  identity: LabIdentity,
  network: string,
  createdAt: number,
): Docker.NetworkCreateOptions {
  return {
    Name: networkName(identity.lab, network),
    Driver: 'bridge',
    CheckDuplicate: true,
    Labels: { ...networkLabels(identity, network, createdAt) },
  };
}
