import type { UpstreamInfo } from '../../http/stream-info.ts';
import { addressText } from '../address.ts';
import { type Command, plain } from '../command.ts';

const stripPort = (name: string): string => name.replace(/:\d+$/, '');

/** A DNS name; of a host that was given by address, the address with its port. */
function hostName(upstream: UpstreamInfo | undefined): string | undefined {
  if (!upstream?.host) return undefined;
  const named = upstream.hostname !== undefined && upstream.hostname !== '';
  return named && upstream.hostname !== upstream.host.address
    ? upstream.hostname
    : addressText(upstream.host);
}

/** Hosts that were tried: those a connection was made to. */
function attempted(upstream: UpstreamInfo | undefined): UpstreamInfo | undefined {
  return upstream?.local ? upstream : undefined;
}

const nameOf = (upstream: UpstreamInfo | undefined, port: boolean): string | undefined => {
  const name = hostName(upstream);
  return name === undefined || port ? name : stripPort(name);
};

export const upstreamCommands: readonly Command[] = [
  plain('UPSTREAM_HOST', ({ info }) => info.upstream?.host && addressText(info.upstream.host)),
  plain('UPSTREAM_HOST_NAME', ({ info }) => nameOf(info.upstream, true)),
  plain('UPSTREAM_HOST_NAME_WITHOUT_PORT', ({ info }) => nameOf(info.upstream, false)),
  plain('UPSTREAM_HOSTS_ATTEMPTED', ({ info }) => {
    const host = attempted(info.upstream)?.host;
    return host && addressText(host);
  }),
  plain('UPSTREAM_HOSTS_ATTEMPTED_WITHOUT_PORT', ({ info }) => attempted(info.upstream)?.host?.address),
  plain('UPSTREAM_HOST_NAMES_ATTEMPTED', ({ info }) => nameOf(attempted(info.upstream), true)),
  plain('UPSTREAM_HOST_NAMES_ATTEMPTED_WITHOUT_PORT', ({ info }) => nameOf(attempted(info.upstream), false)),
  plain('UPSTREAM_CLUSTER', ({ info }) => info.upstream?.cluster || undefined),
  plain('UPSTREAM_CLUSTER_RAW', ({ info }) => info.upstream?.cluster || undefined),
  plain('UPSTREAM_PROTOCOL', ({ info }) => info.upstream?.protocol),
  plain('UPSTREAM_REQUEST_ATTEMPT_COUNT', ({ info }) => info.upstream?.attempts ?? 0),
  plain('UPSTREAM_CONNECTION_ID', ({ info }) => info.upstream?.connectionId ?? 0),
  plain('UPSTREAM_CONNECTION_IDS_ATTEMPTED', ({ info }) =>
    info.upstream?.connectionId === undefined ? undefined : String(info.upstream.connectionId),
  ),
  plain('UPSTREAM_TRANSPORT_FAILURE_REASON', ({ info }) =>
    info.upstream?.transportFailure?.replaceAll(' ', '_'),
  ),
  // Envoy tells resets apart only in logs written after the connection is closed; stream logs say Normal.
  plain(
    'UPSTREAM_DETECTED_CLOSE_TYPE',
    ({ info: { upstream } }) => upstream?.closeType ?? (upstream?.host ? 'Normal' : undefined),
  ),
  plain('UPSTREAM_LOCAL_CLOSE_REASON', ({ info }) => info.upstream?.localCloseReason || undefined),
];
