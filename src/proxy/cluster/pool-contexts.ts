import { LabError } from '../../error.ts';
import { createHttp2Stats } from '../codec/http2/codec-stats.ts';
import type { Scope } from '../stats/stats.ts';
import type { CircuitBreakers } from './circuit-breaker.ts';
import type { ClusterContext } from './cluster-context.ts';
import type { UpstreamClusterStats } from './cluster-stats.ts';
import type { ClusterConfig } from './discovery/discovery.ts';
import type { PoolContext } from './pool/pool-context.ts';
import type { ClusterSettings } from './settings.ts';
import { createUpstreamTransport } from './transport.ts';
import { alpnOf, type UpstreamProtocol } from './upstream-protocol.ts';

/** What of a cluster its connections need besides. */
interface ClusterParts
  extends Pick<
    ClusterContext,
    | 'clock'
    | 'random'
    | 'reader'
    | 'secrets'
    | 'threads'
    | 'nextConnectionId'
    | 'createCodec'
    | 'createHttp2Codec'
  > {
  readonly cluster: UpstreamClusterStats;
  /** `cluster.<name>.` */
  readonly scope: Scope;
  readonly circuitBreakers: CircuitBreakers;
}

/** What the pools of one cluster share, by what their connections speak. */
export interface PoolContexts {
  readonly main: PoolContext;
  /** For what speaks HTTP/2 because its client does. */
  readonly http2: PoolContext;
  /** For bytes that are no HTTP. */
  readonly plain: PoolContext;
}

/** @throws LabError in Envoy's words for what it refuses */
export function createPoolContexts(
  config: ClusterConfig,
  settings: ClusterSettings,
  parts: ClusterParts,
): PoolContexts {
  const { clock, reader, secrets, scope, threads } = parts;
  const control = threads?.control?.verbatimScope(scope.prefix.slice(0, -1));
  const transport = (protocol: UpstreamProtocol) =>
    createUpstreamTransport(config, { reader, secrets, clock, scope, control, alpn: alpnOf(protocol) });
  const http2 = createHttp2Stats(scope);
  const main: PoolContext = {
    settings,
    stats: parts.cluster,
    circuitBreakers: parts.circuitBreakers,
    clock,
    transport: transport(settings.protocol),
    nextConnectionId: parts.nextConnectionId,
    createCodec: (callbacks) => parts.createCodec(callbacks, settings.http1),
    createHttp2Codec: (callbacks) =>
      parts.createHttp2Codec(callbacks, { ...settings.http2, stats: http2() }, parts),
  };
  if (settings.protocol === 'auto' && !main.transport.encrypted) {
    const what = `ALPN configured for cluster ${settings.name} which has a non-ALPN transport socket`;
    throw new LabError('invalid', what, { hint: 'TLS is what ALPN goes with: give it a transport_socket' });
  }
  return {
    main,
    http2: settings.protocol === 'downstream' ? { ...main, transport: transport('http2') } : main,
    plain: { ...main, settings: { ...settings, maxConnectionDuration: undefined } },
  };
}
