import type { SupportTable } from '../../../bootstrap/support.ts';
import type { Connection, ConnectionCallbacks } from '../../listener/connection.ts';
import type { FactoryContext } from '../../server/context.ts';

/** What ends a filter chain on one connection: takes its bytes and answers. */
export interface NetworkFilter extends ConnectionCallbacks {
  /** The connection is counted and will call back; it may be closed from here on. */
  onNewConnection?(): void;
  /** The listener is going: end as soon as what is under way is done. */
  drain(): void;
}

/** Makes the filter of a new connection; `bufferLimit` in bytes, 0: none. */
export type NetworkFilterFactory = (connection: Connection, bufferLimit: number) => NetworkFilter;

/** One extension: a row of the registry. Its config is parsed once, a filter object is made per connection. */
export interface NetworkFilterExtension {
  /** Envoy's name: `envoy.filters.network.http_connection_manager`. */
  readonly name: string;
  /** Full name of its config message. */
  readonly type: string;
  readonly supported: SupportTable;
  /**
   * Parses the config (checked and normalised by `bootstrap`).
   *
   * @throws LabError in Envoy's words for what it refuses
   */
  configure(config: Record<string, unknown>, context: FactoryContext): NetworkFilterFactory;
}
