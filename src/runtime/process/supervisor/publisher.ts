import type { Socket as UdpSocket } from 'node:dgram';
import type { Server } from 'node:net';
import type { PublishSpec } from '../../node-spec.ts';
import type { ObservedPort, PortRefusal } from '../../runtime.ts';
import { forwardTcp } from './forward-tcp.ts';
import { forwardUdp } from './forward-udp.ts';
import type { Isolation } from './isolation.ts';

/** A port to open on 127.0.0.1 of the host. */
export interface BindRequest {
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  /** Fail when the port is taken; else a free one replaces it. */
  readonly pinned: boolean;
}

export type Bound = {
  readonly port: number;
  /** Why it is another one than was asked for. */
  readonly moved?: PortRefusal | undefined;
} & (
  | { readonly protocol: 'tcp'; readonly server: Server }
  | { readonly protocol: 'udp'; readonly socket: UdpSocket }
);

/** Opens ports on the host. */
export interface PortBinder {
  bind(request: BindRequest): Promise<Bound>;
}

export interface Publication {
  readonly observed: ObservedPort;
  readonly spec: PublishSpec;
  close(): void;
}

/** Opens a node's published ports, all or none of them. */
export async function publish(
  binder: PortBinder,
  isolation: Isolation,
  node: string,
  specs: readonly PublishSpec[],
): Promise<Publication[]> {
  const results = await Promise.allSettled(specs.map((spec) => publishOne(binder, isolation, node, spec)));
  const open = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed === undefined) return open;
  for (const publication of open) publication.close();
  throw failed.reason;
}

async function publishOne(
  binder: PortBinder,
  isolation: Isolation,
  node: string,
  spec: PublishSpec,
): Promise<Publication> {
  const { name, port, protocol, hostPort, pinned } = spec;
  const bound = await binder.bind({ protocol, port: hostPort, pinned });
  const { moved } = bound;
  const observed = { name, port, protocol, hostPort: bound.port, ...(moved && { moved }) };
  return { observed, spec, close: forwardBound(bound, isolation, node, port) };
}

/** Forwards a bound port to a port of a node. @returns closes it */
export function forwardBound(bound: Bound, isolation: Isolation, node: string, port: number): () => void {
  const endpoints = () => isolation.endpoints(node, port);
  return bound.protocol === 'tcp' ? forwardTcp(bound.server, endpoints) : forwardUdp(bound.socket, endpoints);
}
