import { Certificate } from '../../transport-sockets/tls/x509/certificate.ts';
import type { CertificateDetails } from '../../transport-sockets/transport-socket.ts';
import { type AdminHandler, jsonResponse } from '../handler.ts';

const dayMs = 86_400_000;
const kinds: readonly (readonly [type: string, field: string])[] = [
  ['DNS', 'dns'],
  ['URI', 'uri'],
  ['IP_ADDRESS', 'ip_address'],
];

/** In Envoy's order: names, URIs, addresses. */
function altNames({ names }: Certificate): Record<string, string>[] {
  return kinds.flatMap(([type, field]) =>
    names.filter((name) => name.type === type).map(({ value }) => ({ [field]: value })),
  );
}

function seconds(date: number): string {
  return `${new Date(date).toISOString().slice(0, 19)}Z`;
}

function details({ chain, path }: CertificateDetails, now: number): unknown {
  const certificate = Certificate.readAll(chain)[0]!;
  const left = Math.floor((certificate.validTo - now) / dayMs);
  return {
    path,
    serial_number: certificate.serial,
    subject_alt_names: altNames(certificate),
    days_until_expiration: String(Math.max(0, left)),
    valid_from: seconds(certificate.validFrom),
    expiration_time: seconds(certificate.validTo),
  };
}

/** `/certs`: what filter chains and clusters show, and whom they trust (envoy.admin.v3.Certificates). */
export const certs: AdminHandler = {
  path: '/certs',
  help: 'print certs on machine',
  handle(_request, server) {
    const now = server.context.clock.wallNow();
    return jsonResponse({
      certificates: server.transports.map(({ authorities = [], certificates }) => ({
        ca_cert: authorities.map((one) => details(one, now)),
        cert_chain: certificates.map((one) => details(one, now)),
      })),
    });
  },
};
