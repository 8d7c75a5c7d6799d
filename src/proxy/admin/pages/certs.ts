import type { X509Certificate } from 'node:crypto';
import type { CertificateDetails } from '../../transport-sockets/transport-socket.ts';
import { type AdminHandler, jsonResponse } from '../handler.ts';

const dayMs = 86_400_000;
const kinds: Readonly<Record<string, string>> = { DNS: 'dns', URI: 'uri', 'IP Address': 'ip_address' };

/** `subjectAltName` as Node writes it, `DNS:a, URI:b`, in Envoy's order: names, URIs, addresses. */
function altNames(certificate: X509Certificate): Record<string, string>[] {
  const parts = (certificate.subjectAltName ?? '').split(/, (?=(?:DNS|URI|IP Address):)/);
  return Object.entries(kinds).flatMap(([kind, field]) =>
    parts
      .filter((part) => part.startsWith(`${kind}:`))
      .map((part) => ({ [field]: part.slice(kind.length + 1) })),
  );
}

function seconds(date: string): string {
  return `${new Date(date).toISOString().slice(0, 19)}Z`;
}

function details({ chain, path }: CertificateDetails, now: number): unknown {
  const { X509Certificate } = process.getBuiltinModule('node:crypto');
  const certificate = new X509Certificate(chain);
  const left = Math.floor((Date.parse(certificate.validTo) - now) / dayMs);
  return {
    path,
    serial_number: certificate.serialNumber.toLowerCase(),
    subject_alt_names: altNames(certificate),
    days_until_expiration: String(Math.max(0, left)),
    valid_from: seconds(certificate.validFrom),
    expiration_time: seconds(certificate.validTo),
  };
}

/** `/certs`: the certificates the listeners serve (envoy.admin.v3.Certificates). */
export const certs: AdminHandler = {
  path: '/certs',
  help: 'print certs on machine',
  handle(_request, server) {
    const now = server.context.clock.wallNow();
    const served = server.listeners.listeners.flatMap(({ listener }) =>
      listener.filterChains.all.flatMap(({ transport }) => transport.certificates),
    );
    return jsonResponse({
      certificates: served.map((one) => ({ ca_cert: [], cert_chain: [details(one, now)] })),
    });
  },
};
