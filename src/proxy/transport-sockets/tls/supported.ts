import { fields, mergeSupport, type SupportTable } from '../../../bootstrap/support.ts';
import { dataSourceSupport } from '../../data-source.ts';
import { stringMatcherSupport } from '../../route/match/string.ts';

/** What of a certificate, and of what others' are verified by. */
export const certificateSupport: SupportTable = mergeSupport([
  dataSourceSupport,
  stringMatcherSupport,
  {
    'envoy.extensions.transport_sockets.tls.v3.TlsCertificate': fields(
      'certificate_chain',
      'private_key',
      'password',
      'watched_directory',
    ),
    'envoy.extensions.transport_sockets.tls.v3.Secret': fields(
      'name',
      'tls_certificate',
      'validation_context',
    ),
    'envoy.config.core.v3.WatchedDirectory': fields('path'),
    'envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext': {
      max_verify_depth: { noEffect: 'Envoy 1.40 lets longer chains pass, too' },
      ...fields(
        'trusted_ca',
        'verify_certificate_spki',
        'verify_certificate_hash',
        'match_typed_subject_alt_names',
        'match_subject_alt_names',
        'crl',
        'watched_directory',
        'allow_expired_certificate',
        'trust_chain_verification',
      ),
    },
    'envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher': fields('san_type', 'matcher', 'oid'),
  },
]);

/** What of Envoy's TLS API both sides implement. */
const support: SupportTable = mergeSupport([
  certificateSupport,
  {
    'envoy.config.bootstrap.v3.Bootstrap.StaticResources': fields('secrets'),
    'envoy.extensions.transport_sockets.tls.v3.CommonTlsContext': fields(
      'tls_params',
      'tls_certificates',
      'tls_certificate_sds_secret_configs',
      'alpn_protocols',
      'validation_context',
      'validation_context_sds_secret_config',
      'combined_validation_context',
    ),
    'envoy.extensions.transport_sockets.tls.v3.CommonTlsContext.CombinedCertificateValidationContext': fields(
      'default_validation_context',
      'validation_context_sds_secret_config',
    ),
    'envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig': fields('name', 'sds_config'),
    'envoy.config.core.v3.ConfigSource': {
      ...fields('path', 'path_config_source'),
      initial_fetch_timeout: { noEffect: 'a file is read at once' },
      resource_api_version: { values: ['AUTO', 'V3'], noEffect: 'a file of secrets is read in version 3' },
    },
    'envoy.config.core.v3.PathConfigSource': fields('path', 'watched_directory'),
    'envoy.extensions.transport_sockets.tls.v3.TlsParameters': fields(
      'tls_minimum_protocol_version',
      'tls_maximum_protocol_version',
      'cipher_suites',
      'ecdh_curves',
      'signature_algorithms',
    ),
  },
]);

/** For listeners. */
export const supported: SupportTable = mergeSupport([
  support,
  {
    'envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext': {
      ...fields(
        'common_tls_context',
        'require_client_certificate',
        'session_timeout',
        'disable_stateless_session_resumption',
        'full_scan_certs_on_sni_mismatch',
        'prefer_client_ciphers',
      ),
      disable_stateful_session_resumption: { noEffect: 'sessions are only resumed by tickets' },
      ocsp_staple_policy: {
        values: ['LENIENT_STAPLING'],
        noEffect: 'no certificate has a staple here, and without one Envoy serves it, too',
      },
    },
  },
]);

/** For clusters. */
export const upstreamSupport: SupportTable = mergeSupport([
  support,
  {
    'envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext': {
      ...fields(
        'common_tls_context',
        'sni',
        'auto_host_sni',
        'auto_sni_san_validation',
        'max_session_keys',
        'allow_renegotiation',
      ),
      enforce_rsa_key_usage: { noEffect: 'as in Envoy 1.40, it is enforced whatever this says' },
    },
  },
]);
