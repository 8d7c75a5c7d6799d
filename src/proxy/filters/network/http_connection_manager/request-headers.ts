import { isIP } from 'node:net';
import { trimAscii } from '../../../http/ascii.ts';
import type { RequestHeaders } from '../../../http/headers.ts';
import type { ConnectionInfo, SocketAddress } from '../../../http/stream-info.ts';
import { isUpgrade } from '../../../http/upgrade.ts';
import type { LocalInfo } from '../../../server/context.ts';
import { forwardClientCertificate, keepsForwardedCertificate } from './client-certificate.ts';
import type { HcmConfig } from './config.ts';
import { appendToList, lastForwardedFor } from './forwarded-for.ts';
import { isLoopback } from './ip-address.ts';
import { isValidReferer } from './referer.ts';

/** Dropped from requests that come from outside. */
const internalOnly = new Set([
  'x-envoy-retriable-status-codes',
  'x-envoy-retriable-header-names',
  'x-envoy-retry-on',
  'x-envoy-retry-grpc-on',
  'x-envoy-max-retries',
  'x-envoy-upstream-alt-stat-name',
  'x-envoy-upstream-rq-timeout-ms',
  'x-envoy-upstream-rq-per-try-timeout-ms',
  'x-envoy-upstream-rq-timeout-alt-response',
  'x-envoy-expected-rq-timeout-ms',
  'x-envoy-force-trace',
  'x-envoy-ip-tags',
  'x-envoy-original-url',
  'x-envoy-hedge-on-per-try-timeout',
]);

/** Dropped besides where this proxy is the first trusted hop. */
const edgeOnly = new Set([
  'x-envoy-decorator-operation',
  'x-envoy-downstream-service-cluster',
  'x-envoy-downstream-service-node',
  'x-envoy-original-path',
  'x-envoy-original-host',
]);

/** Fields of one hop that no request is forwarded with. */
const hopByHop = new Set(['x-envoy-internal', 'keep-alive', 'proxy-connection', 'transfer-encoding']);

/**
 * Makes a request fit to be routed and forwarded: what Envoy's ConnectionManagerUtility::mutateRequestHeaders does,
 * in its order. Returns the client's address.
 */
export function mutateRequestHeaders(
  headers: RequestHeaders,
  connection: ConnectionInfo,
  config: HcmConfig,
  localInfo: LocalInfo,
  internalOnlyHeaders: readonly string[],
  uuid: () => string,
): SocketAddress {
  removeHopByHop(headers, keepsForwardedCertificate(connection.tls, config.clientCertificate.mode));
  const direct = connection.peer ?? connection.directRemote;
  const scheme = connection.tls === undefined ? 'http' : 'https';
  let remote: SocketAddress | undefined;
  let trusted = false;
  if (config.useRemoteAddress) {
    trusted = !headers.has('x-forwarded-for');
    if (config.xffNumTrustedHops > 0) remote = forwarded(headers, config.xffNumTrustedHops - 1)?.remote;
    remote ??= direct;
    if (!config.skipXffAppend && isIpAddress(direct)) {
      const hop = isLoopback(direct.address) ? localInfo.address : direct.address;
      appendToList(headers, 'x-forwarded-for', hop, ',');
    }
    if (config.xffNumTrustedHops === 0) headers.set('x-forwarded-proto', scheme);
    if (config.appendXForwardedPort && config.xffNumTrustedHops === 0) {
      headers.set('x-forwarded-port', String(connection.local.port));
    }
  } else {
    const found = forwarded(headers, config.xffNumTrustedHops);
    remote = found?.remote;
    trusted = found?.single ?? false;
  }
  if (!headers.has('x-forwarded-proto')) headers.add('x-forwarded-proto', scheme);
  if (config.appendXForwardedPort && !headers.has('x-forwarded-port')) {
    headers.add('x-forwarded-port', String(connection.local.port));
  }
  setScheme(headers, config, scheme);
  const internal = trusted && remote !== undefined && config.isInternalAddress(remote.address);
  remote ??= direct;
  const edge = !internal && config.useRemoteAddress;
  if (internal) headers.set('x-envoy-internal', 'true');
  else removeInternal(headers, edge, internalOnlyHeaders);
  if (config.userAgent !== undefined) {
    headers.set('x-envoy-downstream-service-cluster', config.userAgent);
    if (!headers.get('user-agent')) headers.set('user-agent', config.userAgent);
    if (localInfo.nodeId !== '') headers.set('x-envoy-downstream-service-node', localInfo.nodeId);
  }
  if (config.via !== '') appendToList(headers, 'via', config.via, ', ');
  if (edge && isIpAddress(direct)) headers.set('x-envoy-external-address', remote.address);
  if (config.generateRequestId) {
    if (!headers.get('x-request-id') || (edge && !config.preserveExternalRequestId)) {
      headers.set('x-request-id', uuid());
    }
  }
  forwardClientCertificate(headers, connection.tls, config.clientCertificate);
  return remote;
}

/** Not a pipe; a PROXY header may say port 0. */
function isIpAddress({ address, port }: SocketAddress): boolean {
  return port !== 0 || isIP(address) !== 0;
}

function forwarded(
  headers: RequestHeaders,
  skip: number,
): { remote: SocketAddress; single: boolean } | undefined {
  const found = lastForwardedFor(headers, skip);
  return found && { remote: { address: found.address, port: 0 }, single: found.single };
}

/** One pass over the fields: a request has few that must go, and mostly none. */
function removeHopByHop(headers: RequestHeaders, keepsClientCert: boolean): void {
  const upgrade = isUpgrade(headers);
  const { names } = headers;
  for (let i = names.length - 1; i >= 0; i--) {
    const name = names[i]!;
    switch (name.length) {
      case 2:
        if (name === 'te' && !upgrade) sanitizeTe(headers, i);
        break;
      case 7:
        if (
          name === 'referer' &&
          (headers.names.indexOf(name) !== i || !isValidReferer(headers.values[i]!))
        ) {
          headers.remove(name);
          i = Math.min(i, names.length);
        } else if (name === 'upgrade' && !upgrade) headers.removeAt(i);
        break;
      case 10:
        if (name === 'keep-alive' || (name === 'connection' && !upgrade)) headers.removeAt(i);
        break;
      case 16:
      case 17:
        if (hopByHop.has(name)) headers.removeAt(i);
        break;
      case 23:
        if (name === 'x-forwarded-client-cert' && !keepsClientCert) headers.removeAt(i);
        break;
      default:
    }
  }
}

function sanitizeTe(headers: RequestHeaders, at: number): void {
  if (headers.values[at] === '') return;
  if (headers.values[at]!.split(',').some((part) => trimAscii(part) === 'trailers'))
    headers.values[at] = 'trailers';
  else headers.removeAt(at);
}

function removeInternal(headers: RequestHeaders, edge: boolean, configured: readonly string[]): void {
  const { names } = headers;
  for (let i = names.length - 1; i >= 0; i--) {
    const name = names[i]!;
    if (!name.startsWith('x-envoy-')) continue;
    if (internalOnly.has(name) || (edge && edgeOnly.has(name))) headers.removeAt(i);
  }
  for (const name of configured) headers.remove(name);
}

function setScheme(headers: RequestHeaders, config: HcmConfig, transport: 'http' | 'https'): void {
  if (config.schemeToOverwrite !== undefined) {
    headers.scheme = config.schemeToOverwrite;
    headers.set('x-forwarded-proto', config.schemeToOverwrite);
    return;
  }
  const said = headers.clientScheme?.toLowerCase();
  if (said === 'http' || said === 'https') {
    headers.scheme = said;
    return;
  }
  const proto = headers.get('x-forwarded-proto')!.toLowerCase();
  headers.scheme = proto === 'http' || proto === 'https' ? proto : transport;
}
