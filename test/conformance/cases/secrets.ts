import type { Case } from '../case.ts';
import { authority, client, onlyClient, otherAuthority, selfSigned, server } from '../identities.ts';
import type { Identity } from '../mint.ts';
import { serverTls } from './client-certificates.ts';
import { certificateOf, upstreamTls } from './tls-upstreams.ts';

const get = 'GET / HTTP/1.1\r\nhost: lab.example\r\n\r\n';
const node = { id: 'lab', cluster: 'lab' };
// Envoy's `version` is a hash of 64 bits, and its `update_time` the time.
const stats =
  /^sds\..*\.(update_(attempt|success|rejected|failure)|key_rotation_failed|init_fetch_timeout)$|ssl_context_update_by_sds|\.ssl\.handshake$/;

const secretFile = (secret: Record<string, unknown>) =>
  JSON.stringify({
    resources: [
      { '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret', ...secret },
    ],
  });
const certificateSecret = secretFile({
  name: 'own',
  tls_certificate: {
    certificate_chain: { filename: '<files>/tls.crt' },
    private_key: { filename: '<files>/tls.key' },
  },
});
const files = (identity: Identity) => ({ 'tls.key': identity.key, 'tls.crt': identity.cert });
const trust = (identity: Identity) =>
  secretFile({ name: 'trust', validation_context: { trusted_ca: { inline_string: identity.cert } } });
const from = (name: string, file: string) => ({
  name,
  sds_config: { path_config_source: { path: `<files>/${file}` } },
});
const own = { tls_certificates: [], tls_certificate_sds_secret_configs: [from('own', 'own.json')] };
const trusting = { validation_context_sds_secret_config: from('trust', 'trust.json') };
const shown = { send: get, tls: { identity: client } };
const updates = (count: number) => ({ 'sds.own.update_success': count });
const tlsUpstream = {
  up: {
    tls: { identity: server },
    answers: [{ raw: 'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok' }],
  },
};

/** Certificates that stand in files of their own, and change. */
export const secrets: readonly Case[] = [
  {
    name: 'certificates/from-a-file-of-secrets',
    files: { 'own.json': certificateSecret, ...files(server) },
    config: { filterChain: serverTls(own), bootstrap: { node } },
    exchanges: [{ send: get, tls: {} }],
    stats,
  },
  {
    name: 'certificates/replaced-key-first',
    files: { 'own.json': certificateSecret, ...files(server) },
    config: { filterChain: serverTls(own), bootstrap: { node } },
    exchanges: [
      { send: get, tls: {} },
      { replace: { 'tls.key': onlyClient.key }, waitFor: { 'sds.own.key_rotation_failed': 2 } },
      { send: get, tls: {} },
      {
        replace: { 'tls.crt': onlyClient.cert },
        waitFor: { '*.server_ssl_socket_factory.ssl_context_update_by_sds': 2 },
      },
      { send: get, tls: {} },
    ],
    stats,
  },
  {
    name: 'certificates/replaced-by-what-is-none',
    files: { 'own.json': certificateSecret, ...files(server) },
    config: { filterChain: serverTls(own), bootstrap: { node } },
    exchanges: [
      { replace: { 'tls.crt': 'nothing' }, waitFor: { 'sds.own.key_rotation_failed': 2 } },
      { send: get, tls: {} },
    ],
    stats,
  },
  {
    name: 'certificates/secret-replaced',
    files: { 'own.json': certificateSecret, ...files(server) },
    config: { filterChain: serverTls(own), bootstrap: { node } },
    exchanges: [
      {
        replace: { 'own.json': secretFile({ name: 'own', tls_certificate: certificateOf(selfSigned) }) },
        waitFor: updates(2),
      },
      { send: get, tls: {} },
    ],
    stats,
  },
  {
    name: 'certificates/secret-of-another-name',
    files: { 'own.json': certificateSecret, ...files(server) },
    config: { filterChain: serverTls(own), bootstrap: { node } },
    exchanges: [
      {
        replace: { 'own.json': secretFile({ name: 'other', tls_certificate: certificateOf(selfSigned) }) },
        waitFor: { 'sds.own.update_rejected': 1 },
      },
      { send: get, tls: {} },
      { replace: { 'own.json': '{' }, waitFor: { 'sds.own.update_failure': 1 } },
      { send: get, tls: {} },
    ],
    stats,
  },
  {
    name: 'certificates/trust-replaced',
    files: { 'trust.json': trust(authority) },
    config: { filterChain: serverTls(trusting), bootstrap: { node } },
    exchanges: [
      shown,
      { replace: { 'trust.json': trust(otherAuthority) }, waitFor: { 'sds.trust.update_success': 2 } },
      { send: get, tls: { identity: client, rejected: true } },
    ],
    logLines: 1,
    stats,
  },
  {
    name: 'certificates/trust-and-names',
    files: { 'trust.json': trust(authority) },
    config: {
      filterChain: serverTls({
        combined_validation_context: {
          default_validation_context: {
            match_typed_subject_alt_names: [{ san_type: 'URI', matcher: { exact: 'spiffe://lab/client' } }],
          },
          validation_context_sds_secret_config: from('trust', 'trust.json'),
        },
      }),
      bootstrap: { node },
    },
    exchanges: [shown, { send: get, tls: { identity: onlyClient, rejected: true } }],
    logLines: 1,
    stats,
  },
  {
    name: 'certificates/trust-of-a-cluster-replaced',
    upstreams: tlsUpstream,
    files: { 'trust.json': trust(otherAuthority) },
    config: { clusters: { up: upstreamTls({}, trusting) }, bootstrap: { node } },
    exchanges: [
      { send: get },
      { replace: { 'trust.json': trust(authority) }, waitFor: { 'sds.trust.update_success': 2 } },
      { send: get },
    ],
    stats,
  },
  {
    name: 'certificates/secret-of-the-bootstrap',
    config: {
      filterChain: serverTls({
        tls_certificates: [],
        tls_certificate_sds_secret_configs: [{ name: 'own' }],
        validation_context_sds_secret_config: { name: 'trust' },
      }),
      secrets: [
        { name: 'own', tls_certificate: certificateOf(server) },
        { name: 'trust', validation_context: { trusted_ca: { inline_string: authority.cert } } },
      ],
    },
    exchanges: [shown],
    stats,
  },
  {
    name: 'certificates/secret-of-nowhere-is-refused',
    refused: true,
    config: {
      filterChain: serverTls({ tls_certificates: [], tls_certificate_sds_secret_configs: [{ name: 'own' }] }),
    },
    exchanges: [],
  },
  {
    name: 'certificates/secret-in-no-file-is-refused',
    refused: true,
    config: { filterChain: serverTls(own), bootstrap: { node } },
    exchanges: [],
  },
];
