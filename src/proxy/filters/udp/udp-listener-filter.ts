import type { SupportTable } from '../../../bootstrap/support.ts';
import type { SocketAddress } from '../../http/stream-info.ts';
import type { FactoryContext } from '../../server/context.ts';

/** What a UDP filter may do with its listener's socket. */
export interface UdpListenerSocket {
  readonly local: SocketAddress;
  /** `done` learns whether the system took it. */
  send(data: Buffer, peer: SocketAddress, done: (sent: boolean) => void): void;
}

/** Takes the datagrams of a UDP listener. */
export interface UdpListenerFilter {
  onDatagram(data: Buffer, peer: SocketAddress): void;
  /** The listener's socket has said that something is wrong. */
  onReceiveError(): void;
  /** Sessions there are. */
  readonly size: number;
  /** The listener is gone. */
  close(): void;
}

/** Makes the filter of a listener that has begun to listen. */
export type UdpListenerFilterFactory = (socket: UdpListenerSocket) => UdpListenerFilter;

/** One extension: a row of the registry. */
export interface UdpListenerFilterExtension {
  /** Envoy's name: `envoy.filters.udp_listener.udp_proxy`. */
  readonly name: string;
  /** Full name of its config message. */
  readonly type: string;
  readonly supported: SupportTable;
  /** @throws LabError in Envoy's words for what it refuses */
  configure(config: Record<string, unknown>, context: FactoryContext): UdpListenerFilterFactory;
}
