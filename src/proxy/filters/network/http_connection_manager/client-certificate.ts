import type { envoy } from '../../../../bootstrap/api.generated.ts';
import { escapedPem } from '../../../format/commands/certificate.ts';
import type { RequestHeaders } from '../../../http/headers.ts';
import type { TlsInfo } from '../../../http/stream-info.ts';
import { appendToList } from './forwarded-for.ts';

type Hcm = envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;

const header = 'x-forwarded-client-cert';

/** What is told of a client's certificate, and what is kept of what the client tells of others'. */
export interface ClientCertificateOptions {
  readonly mode: 'SANITIZE' | 'FORWARD_ONLY' | 'APPEND_FORWARD' | 'SANITIZE_SET' | 'ALWAYS_FORWARD_ONLY';
  readonly cert: boolean;
  readonly chain: boolean;
  readonly subject: boolean;
  readonly uri: boolean;
  readonly dns: boolean;
}

/** `forward_client_cert_details` and `set_current_client_cert_details`. */
export function clientCertificateOptions(config: Hcm): ClientCertificateOptions {
  const set = config.set_current_client_cert_details ?? {};
  return {
    mode: config.forward_client_cert_details ?? 'SANITIZE',
    cert: set.cert ?? false,
    chain: set.chain ?? false,
    subject: set.subject ?? false,
    uri: set.uri ?? false,
    dns: set.dns ?? false,
  };
}

/** Sets x-forwarded-client-cert of a request that came over mutual TLS; from others it has been removed. */
export function forwardClientCertificate(
  headers: RequestHeaders,
  tls: TlsInfo | undefined,
  options: ClientCertificateOptions,
): void {
  const { mode } = options;
  if (tls?.peer === undefined || (mode !== 'APPEND_FORWARD' && mode !== 'SANITIZE_SET')) return;
  const value = describe(tls, options);
  if (mode === 'APPEND_FORWARD') appendToList(headers, header, value, ',');
  else headers.set(header, value);
}

/** Whether what a client says in x-forwarded-client-cert stays in the request. */
export function keepsForwardedCertificate(
  tls: TlsInfo | undefined,
  mode: ClientCertificateOptions['mode'],
): boolean {
  if (mode === 'ALWAYS_FORWARD_ONLY') return true;
  return tls?.peer !== undefined && mode !== 'SANITIZE';
}

/** One element (https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/headers#x-forwarded-client-cert). */
function describe({ own, peer }: TlsInfo, options: ClientCertificateOptions): string {
  const { names, sha256, pem, chain, subject } = peer!;
  const valuesOf = (type: string, of = names) =>
    of.filter((name) => name.type === type).map(({ value }) => value);
  const parts = valuesOf('URI', own?.names ?? []).map((uri) => `By=${uri}`);
  parts.push(`Hash=${sha256}`);
  if (options.cert) parts.push(`Cert="${escapedPem(pem)}"`);
  if (options.chain) parts.push(`Chain="${chain.map((one) => escapedPem(one.pem)).join('')}"`);
  if (options.subject) parts.push(`Subject="${subject}"`);
  if (options.uri) {
    const uris = valuesOf('URI');
    parts.push(...(uris.length === 0 ? ['URI='] : uris.map((uri) => `URI=${uri}`)));
  }
  if (options.dns) parts.push(...valuesOf('DNS').map((name) => `DNS=${name}`));
  return parts.join(';');
}
