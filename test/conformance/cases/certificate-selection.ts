import type { Case } from '../case.ts';
import { authority, belowIntermediate, onlyClient, rsaServer, server } from '../identities.ts';
import { mint } from '../mint.ts';
import { serverTls } from './client-certificates.ts';
import { certificateOf } from './tls-upstreams.ts';

const get = 'GET / HTTP/1.1\r\nhost: lab.example\r\n\r\n';
const rsaTwin = mint({ subject: 'rsa twin', names: ['DNS:server.example'], by: authority, rsa: true });
const commonNameOnly = mint({ subject: 'common.example', by: authority });
const log = { own: '%DOWNSTREAM_LOCAL_SUBJECT%' };

function test(
  name: string,
  certificates: readonly Parameters<typeof certificateOf>[0][],
  servernames: readonly (string | undefined)[],
  context: Record<string, unknown> = {},
  ciphers?: string,
): Case {
  return {
    name: `certificates/${name}`,
    config: {
      log,
      filterChain: serverTls({ tls_certificates: certificates.map((one) => certificateOf(one)) }, context),
    },
    exchanges: servernames.map((servername) => ({
      send: get,
      tls: { ...(servername && { servername }), ...(ciphers && { ciphers, maxVersion: 'TLSv1.2' as const }) },
    })),
    stats: /^listener\..*ssl\.(handshake|certificate\.)/,
  };
}

const three = [onlyClient, server, belowIntermediate];

/** Which of several certificates a client gets. */
export const certificateSelection: readonly Case[] = [
  test('by-exact-name', three, ['server.example', 'client.example', 'SERVER.example']),
  test('by-wildcard', three, ['a.wild.example', 'a.b.wild.example', 'wild.example']),
  test('without-name', three, [undefined]),
  test('of-unknown-name', three, ['nobody.example']),
  test('of-unknown-name-with-full-scan', three, ['nobody.example'], {
    full_scan_certs_on_sni_mismatch: true,
  }),
  test('by-common-name', [server, commonNameOnly], ['common.example']),
  test('two-types-of-key', [rsaTwin, server], ['server.example', undefined, 'nobody.example']),
  test(
    'rsa-for-those-that-want-it',
    [server, rsaTwin],
    ['server.example', undefined],
    {},
    'ECDHE-RSA-AES128-GCM-SHA256',
  ),
  test('first-of-one-type', [rsaServer, rsaTwin], ['server.example', 'rsa.example', undefined]),
];
