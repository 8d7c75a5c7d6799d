import type { SocketAddress } from '../../http/stream-info.ts';
import { addressText, hasPort, maskAddress } from '../address.ts';
import { type Command, plain } from '../command.ts';
import type { FormatContext } from '../context.ts';

type Source = (context: FormatContext) => SocketAddress | undefined;

/** `NAME`, `NAME_WITHOUT_PORT(MASK)` and the port of one address. */
function addressCommands(name: string, port: string, source: Source): Command[] {
  return [
    plain(name, (context) => {
      const address = source(context);
      return address && addressText(address);
    }),
    {
      name: `${name}_WITHOUT_PORT`,
      parameter: 'optional',
      compile(parameter) {
        // What is no number is passed over, and more bits than an address has are all of them: so does Envoy.
        const bits = /^\d+$/.test(parameter) ? Number(parameter) : undefined;
        return (context) => {
          const address = source(context);
          if (!address || bits === undefined || !hasPort(address)) return address?.address;
          return maskAddress(address.address, bits);
        };
      },
    },
    plain(port, (context) => {
      const address = source(context);
      return address && hasPort(address) ? address.port : undefined;
    }),
  ];
}

export const addressCommandList: readonly Command[] = [
  ...addressCommands(
    'DOWNSTREAM_REMOTE_ADDRESS',
    'DOWNSTREAM_REMOTE_PORT',
    ({ info }) => info.connection.remote,
  ),
  ...addressCommands(
    'DOWNSTREAM_DIRECT_REMOTE_ADDRESS',
    'DOWNSTREAM_DIRECT_REMOTE_PORT',
    ({ info }) => info.connection.directRemote,
  ),
  ...addressCommands(
    'DOWNSTREAM_LOCAL_ADDRESS',
    'DOWNSTREAM_LOCAL_PORT',
    ({ info }) => info.connection.local,
  ),
  ...addressCommands(
    'DOWNSTREAM_DIRECT_LOCAL_ADDRESS',
    'DOWNSTREAM_DIRECT_LOCAL_PORT',
    ({ info }) => info.connection.directLocal ?? info.connection.local,
  ),
  ...addressCommands('UPSTREAM_LOCAL_ADDRESS', 'UPSTREAM_LOCAL_PORT', ({ info }) => info.upstream?.local),
  ...addressCommands('UPSTREAM_REMOTE_ADDRESS', 'UPSTREAM_REMOTE_PORT', ({ info }) =>
    info.upstream?.local ? info.upstream.host : undefined,
  ),
  // Only Envoy's internal listeners have endpoint ids.
  plain('DOWNSTREAM_LOCAL_ADDRESS_ENDPOINT_ID', () => ''),
  plain('DOWNSTREAM_DIRECT_LOCAL_ADDRESS_ENDPOINT_ID', () => ''),
  plain('UPSTREAM_REMOTE_ADDRESS_ENDPOINT_ID', ({ info }) => (info.upstream?.local ? '' : undefined)),
];
