import type { StreamResetReason } from '../../../codec/codec.ts';
import type { ResponseFlag } from '../../../http/stream-info.ts';

/** What Envoy calls a reason (Utility::resetReasonToString) and the flag it sets. */
export const resetReasons: Readonly<Record<StreamResetReason, { text: string; flag: ResponseFlag }>> = {
  'local-reset': { text: 'local reset', flag: 'LR' },
  'local-refused-stream-reset': { text: 'local refused stream reset', flag: 'LR' },
  'remote-reset': { text: 'remote reset', flag: 'UR' },
  'remote-refused-stream-reset': { text: 'remote refused stream reset', flag: 'UR' },
  'connection-failure-remote': { text: 'remote connection failure', flag: 'UF' },
  'connection-failure-local': { text: 'local connection failure', flag: 'UF' },
  'connection-timeout': { text: 'connection timeout', flag: 'UF' },
  'connection-termination': { text: 'connection termination', flag: 'UC' },
  'connect-error': { text: 'remote error with CONNECT request', flag: 'UR' },
  overflow: { text: 'overflow', flag: 'UO' },
  'protocol-error': { text: 'protocol error', flag: 'UPE' },
};
