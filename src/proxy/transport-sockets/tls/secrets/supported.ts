import { fields, mergeSupport, type SupportTable } from '../../../../bootstrap/support.ts';
import { certificateSupport } from '../supported.ts';

/** What may be in a file of secrets. */
export const secretSupport: SupportTable = mergeSupport([
  certificateSupport,
  {
    'envoy.service.discovery.v3.DiscoveryResponse': {
      ...fields('resources'),
      version_info: { noEffect: 'only shown by Envoy’s own stats' },
      type_url: { noEffect: 'each resource has its own' },
      nonce: { noEffect: 'a file is not answered' },
    },
  },
]);
