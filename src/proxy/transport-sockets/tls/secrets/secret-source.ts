import type { envoy } from '../../../../bootstrap/api.generated.ts';

/** Takes up a new value. @throws what is wrong with it; the old one stays in use then */
export type SecretUse = () => void;

/** Where a secret comes from. */
export interface SecretSource {
  /** Undefined: there is none yet. */
  readonly value: envoy.extensions.transport_sockets.tls.v3.Secret | undefined;
  /** Calls back when there is another value. */
  use(update: SecretUse): void;
}
