import type { CertificateFacts, TlsInfo } from '../../http/stream-info.ts';
import type { Command } from '../command.ts';
import { plain } from '../command.ts';
import type { FormatContext } from '../context.ts';
import { compileDate, isoTime } from '../strftime.ts';

type Find = (context: FormatContext) => CertificateFacts | undefined;

const downstream = ({ info }: FormatContext): TlsInfo | undefined => info.connection.tls;
const upstream = ({ info }: FormatContext): TlsInfo | undefined => info.upstream?.tls;

/** PEM that can stand in a header, as Envoy writes it. */
export function escapedPem(pem: string): string {
  return pem.replace(/[\n +/=]/g, (character) => encodeURIComponent(character));
}

function names(find: Find, type: string): (context: FormatContext) => string | undefined {
  return (context) => {
    const all = find(context)?.names.filter((name) => name.type === type) ?? [];
    return all.length === 0 ? undefined : all.map(({ value }) => value).join(',');
  };
}

const sanTypes = {
  IP: 'IP_ADDRESS',
  DNS: 'DNS',
  URI: 'URI',
  EMAIL: 'EMAIL',
  OTHERNAME: 'OTHER_NAME',
} as const;

function sanCommands(prefix: string, find: Find, kinds: readonly (keyof typeof sanTypes)[]): Command[] {
  return kinds.map((kind) => plain(`${prefix}_${kind}_SAN`, names(find, sanTypes[kind])));
}

function text(name: string, find: Find, tell: (certificate: CertificateFacts) => string): Command {
  return plain(name, (context) => {
    const certificate = find(context);
    return certificate && (tell(certificate) || undefined);
  });
}

function date(name: string, find: Find, tell: (certificate: CertificateFacts) => number): Command {
  return {
    name,
    parameter: 'optional',
    compile(parameter) {
      const print = parameter === '' ? isoTime() : compileDate(parameter, false);
      return (context) => {
        const certificate = find(context);
        return certificate && print(tell(certificate));
      };
    },
  };
}

const peer: Find = (context) => downstream(context)?.peer;
const issuer: Find = (context) => downstream(context)?.peerIssuer;
const own: Find = (context) => downstream(context)?.own;
const upstreamPeer: Find = (context) => upstream(context)?.peer;
const upstreamOwn: Find = (context) => upstream(context)?.own;
const allKinds = Object.keys(sanTypes) as (keyof typeof sanTypes)[];

/** What the certificates of a request's connections say. */
export const certificateCommands: readonly Command[] = [
  ...sanCommands('DOWNSTREAM_PEER', peer, allKinds),
  text('DOWNSTREAM_PEER_SUBJECT', peer, ({ subject }) => subject),
  text('DOWNSTREAM_PEER_ISSUER', peer, (one) => one.issuer),
  text('DOWNSTREAM_PEER_FINGERPRINT_256', peer, ({ sha256 }) => sha256),
  text('DOWNSTREAM_PEER_FINGERPRINT_1', peer, ({ sha1 }) => sha1),
  text('DOWNSTREAM_PEER_SERIAL', peer, ({ serial }) => serial),
  text('DOWNSTREAM_PEER_CHAIN_FINGERPRINTS_256', peer, ({ chain }) =>
    chain.map(({ sha256 }) => sha256).join(),
  ),
  text('DOWNSTREAM_PEER_CHAIN_FINGERPRINTS_1', peer, ({ chain }) => chain.map(({ sha1 }) => sha1).join()),
  text('DOWNSTREAM_PEER_CHAIN_SERIALS', peer, ({ chain }) => chain.map(({ serial }) => serial).join()),
  text('DOWNSTREAM_PEER_ISSUER_FINGERPRINT_256', issuer, ({ sha256 }) => sha256),
  text('DOWNSTREAM_PEER_ISSUER_SERIAL', issuer, ({ serial }) => serial),
  text('DOWNSTREAM_PEER_CERT', peer, ({ pem }) => escapedPem(pem)),
  date('DOWNSTREAM_PEER_CERT_V_START', peer, ({ validFrom }) => validFrom),
  date('DOWNSTREAM_PEER_CERT_V_END', peer, ({ validTo }) => validTo),
  ...sanCommands('DOWNSTREAM_LOCAL', own, allKinds),
  text('DOWNSTREAM_LOCAL_SUBJECT', own, ({ subject }) => subject),
  plain('DOWNSTREAM_TLS_SESSION_ID', (context) => downstream(context)?.sessionId),
  text('UPSTREAM_PEER_SUBJECT', upstreamPeer, ({ subject }) => subject),
  text('UPSTREAM_PEER_ISSUER', upstreamPeer, (one) => one.issuer),
  text('UPSTREAM_PEER_CERT', upstreamPeer, ({ pem }) => escapedPem(pem)),
  date('UPSTREAM_PEER_CERT_V_START', upstreamPeer, ({ validFrom }) => validFrom),
  date('UPSTREAM_PEER_CERT_V_END', upstreamPeer, ({ validTo }) => validTo),
  ...sanCommands('UPSTREAM_PEER', upstreamPeer, ['URI', 'DNS', 'IP']),
  ...sanCommands('UPSTREAM_LOCAL', upstreamOwn, ['URI', 'DNS', 'IP']),
  plain('UPSTREAM_TLS_SESSION_ID', (context) => upstream(context)?.sessionId),
  plain('UPSTREAM_TLS_VERSION', (context) => upstream(context)?.version),
  plain('UPSTREAM_TLS_CIPHER', (context) => upstream(context)?.cipher),
  plain('UPSTREAM_TLS_GROUP', (context) => upstream(context)?.group),
  plain('UPSTREAM_SERVER_NAME', (context) => upstream(context)?.serverName),
];
