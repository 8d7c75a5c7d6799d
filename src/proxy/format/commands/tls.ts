import { type Command, plain } from '../command.ts';
import type { FormatContext } from '../context.ts';
import { formatError } from '../error.ts';

function option(value: string, allowed: readonly string[]): void {
  if (allowed.includes(value)) return;
  const list = allowed.map((name) => `'${name}'`).join('/');
  throw formatError(`Invalid REQUESTED_SERVER_NAME option: '${value}', only ${list} are allowed`);
}

function hostOf({ request }: FormatContext, source: string): string | undefined {
  if (source === 'HOST') return request?.authority;
  const original = request?.get('x-envoy-original-host');
  return source === 'ORIG' ? original : (original ?? request?.authority);
}

/** Facts of certificates no connection has: no client certificate is asked for, and upstreams are not TLS. */
const absent = [
  'DOWNSTREAM_PEER_IP_SAN',
  'DOWNSTREAM_PEER_DNS_SAN',
  'DOWNSTREAM_PEER_URI_SAN',
  'DOWNSTREAM_PEER_EMAIL_SAN',
  'DOWNSTREAM_PEER_OTHERNAME_SAN',
  'DOWNSTREAM_PEER_SUBJECT',
  'DOWNSTREAM_PEER_ISSUER',
  'DOWNSTREAM_PEER_FINGERPRINT_256',
  'DOWNSTREAM_PEER_FINGERPRINT_1',
  'DOWNSTREAM_PEER_SERIAL',
  'DOWNSTREAM_PEER_CHAIN_FINGERPRINTS_256',
  'DOWNSTREAM_PEER_CHAIN_FINGERPRINTS_1',
  'DOWNSTREAM_PEER_CHAIN_SERIALS',
  'DOWNSTREAM_PEER_ISSUER_FINGERPRINT_256',
  'DOWNSTREAM_PEER_ISSUER_SERIAL',
  'DOWNSTREAM_PEER_CERT',
  'UPSTREAM_PEER_SUBJECT',
  'UPSTREAM_PEER_ISSUER',
  'UPSTREAM_TLS_SESSION_ID',
  'UPSTREAM_TLS_CIPHER',
  'UPSTREAM_TLS_GROUP',
  'UPSTREAM_TLS_VERSION',
  'UPSTREAM_SERVER_NAME',
  'UPSTREAM_PEER_CERT',
  'UPSTREAM_PEER_URI_SAN',
  'UPSTREAM_PEER_DNS_SAN',
  'UPSTREAM_PEER_IP_SAN',
  'UPSTREAM_LOCAL_URI_SAN',
  'UPSTREAM_LOCAL_DNS_SAN',
  'UPSTREAM_LOCAL_IP_SAN',
];

/** The same, and they take a time format. */
const absentDates = [
  'DOWNSTREAM_PEER_CERT_V_START',
  'DOWNSTREAM_PEER_CERT_V_END',
  'UPSTREAM_PEER_CERT_V_START',
  'UPSTREAM_PEER_CERT_V_END',
];

export const tlsCommands: readonly Command[] = [
  plain('DOWNSTREAM_TLS_VERSION', ({ info }) => info.connection.tls?.version),
  plain('DOWNSTREAM_TLS_CIPHER', ({ info }) => info.connection.tls?.cipher),
  {
    name: 'REQUESTED_SERVER_NAME',
    parameter: 'optional',
    compile(parameter) {
      const [first, source = 'ORIG_OR_HOST'] = (parameter || 'SNI_ONLY').split(':') as [string, string?];
      option(first, ['SNI_ONLY', 'SNI_FIRST', 'HOST_FIRST']);
      option(source, ['ORIG_OR_HOST', 'HOST', 'ORIG']);
      const serverName = ({ info }: FormatContext) => info.connection.tls?.serverName || undefined;
      if (first === 'SNI_ONLY') return serverName;
      if (first === 'SNI_FIRST') return (context) => serverName(context) ?? hostOf(context, source);
      return (context) => hostOf(context, source) ?? serverName(context);
    },
  },
  ...absent.map((name) => plain(name, () => undefined)),
  ...absentDates.map((name): Command => ({ name, parameter: 'optional', compile: () => () => undefined })),
];
