import type { envoy } from '../../bootstrap/api.generated.ts';
import { LabError } from '../../error.ts';
import type { SocketAddress } from '../http/stream-info.ts';

type Address = envoy.config.core.v3.Address;

/** Where a listener listens. */
export interface ListenAddress extends SocketAddress {
  readonly kind: 'ip' | 'pipe';
  readonly protocol: 'TCP' | 'UDP';
  /** An IPv6 address takes IPv4 clients, too. */
  readonly ipv4Compat: boolean;
}

/** @throws LabError when there is no address to listen on */
export function readListenAddress(address: Address | undefined): ListenAddress {
  if (address?.pipe !== undefined)
    return { kind: 'pipe', address: address.pipe.path, port: 0, protocol: 'TCP', ipv4Compat: false };
  const socket = address?.socket_address;
  if (socket === undefined) throw new LabError('invalid', 'address is necessary');
  return {
    kind: 'ip',
    address: socket.address,
    port: socket.port_value ?? 0,
    protocol: socket.protocol ?? 'TCP',
    ipv4Compat: socket.ipv4_compat ?? false,
  };
}

/** As Envoy writes it: `127.0.0.1:80`, `[::1]:80`, or a pipe's path. */
export function addressText({ address, port }: SocketAddress): string {
  if (address.startsWith('/') || address.startsWith('@')) return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
