import type { SupportTable } from '../../../bootstrap/support.ts';
import type { ConnectionFacts } from '../../listener/connection-facts.ts';
import type { FactoryContext } from '../../server/context.ts';

/** `more`: wait for more bytes; `close`: the connection is refused; a number: done, and so many bytes are taken away. */
export type ListenerFilterStatus = 'more' | 'close' | number;

/** Looks at the first bytes of one connection, before it has a filter chain. */
export interface ListenerFilter {
  /** All bytes so far that the filters before have left, one at least; called again when there are more. */
  onData(data: Buffer): ListenerFilterStatus;
}

/** Makes the filter of a new connection, which adds to `facts`; undefined: it has nothing to look at. */
export type ListenerFilterFactory = (facts: ConnectionFacts) => ListenerFilter | undefined;

/** One extension: a row of the registry. Its config is parsed once, a filter object is made per connection. */
export interface ListenerFilterExtension {
  /** Envoy's name: `envoy.filters.listener.tls_inspector`. */
  readonly name: string;
  /** Full name of its config message. */
  readonly type: string;
  readonly supported: SupportTable;
  /** @throws LabError in Envoy's words for what it refuses */
  configure(config: Record<string, unknown>, context: FactoryContext): ListenerFilterFactory;
}
