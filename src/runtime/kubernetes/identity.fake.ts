import type { LabIdentity } from '../node-spec.ts';

/** The lab of tests. */
export const identity: LabIdentity = {
  lab: 'trial',
  sandbox: 'trial',
  folder: '/nowhere',
  owner: '1',
  networks: ['default'],
};
