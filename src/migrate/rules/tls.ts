import { newList, newMap, takeItems, wrapItem } from '../../document/edit/node.ts';
import { newText } from '../../document/edit/read.ts';
import type { Rule } from '../rule.ts';
import { typedConfig } from '../typed.ts';

/** `tls_context` became a transport socket. */
function tlsContext(of: string, type: string): Rule {
  return {
    of,
    apply(message, migration) {
      const context = message.get('tls_context');
      if (context === undefined) return;
      if (message.has('transport_socket')) {
        migration.lose(
          'tls_context has no v3 form beside transport_socket',
          message.pair('tls_context')!.key,
        );
        return;
      }
      const config = typedConfig(`envoy.extensions.transport_sockets.tls.v3.${type}`, context);
      const socket = newMap({ name: newText('envoy.transport_sockets.tls'), typed_config: config });
      message.replace('tls_context', 'transport_socket', socket);
    },
  };
}

/** Names that were all exact became matchers; they are compared with subject alternative names of every kind. */
const subjectAltNames: Rule = {
  of: 'envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext',
  apply(context) {
    const names = context.get('verify_subject_alt_name');
    if (names === undefined || context.has('match_subject_alt_names')) return;
    const matchers = newList(takeItems(names).map((name) => wrapItem(name, (exact) => newMap({ exact }))));
    context.replace('verify_subject_alt_name', 'match_subject_alt_names', matchers);
  },
};

export const tlsRules: readonly Rule[] = [
  tlsContext('envoy.config.cluster.v3.Cluster', 'UpstreamTlsContext'),
  tlsContext('envoy.config.listener.v3.FilterChain', 'DownstreamTlsContext'),
  subjectAltNames,
];
