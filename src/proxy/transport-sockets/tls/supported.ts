import { fields, mergeSupport, type SupportTable } from '../../../bootstrap/support.ts';
import { dataSourceSupport } from '../../data-source.ts';

/** What of Envoy's TLS API listeners implement. */
export const supported: SupportTable = mergeSupport([
  dataSourceSupport,
  {
    'envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext': {
      ...fields('common_tls_context'),
    },
    'envoy.extensions.transport_sockets.tls.v3.CommonTlsContext': fields(
      'tls_params',
      'tls_certificates',
      'alpn_protocols',
    ),
    'envoy.extensions.transport_sockets.tls.v3.TlsParameters': fields(
      'tls_minimum_protocol_version',
      'tls_maximum_protocol_version',
      'cipher_suites',
      'ecdh_curves',
      'signature_algorithms',
    ),
    'envoy.extensions.transport_sockets.tls.v3.TlsCertificate': fields(
      'certificate_chain',
      'private_key',
      'password',
    ),
  },
]);
