import type { envoy } from '../../../bootstrap/api.generated.ts';
import { LabError } from '../../../error.ts';
import { compileStringMatcher } from '../../route/match/string.ts';
import { dnsNameMatches } from './dns-name.ts';
import type { AlternativeName } from './x509/alternative-name.ts';

type ValidationContext = envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
type Matcher = envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher;

/** Whether a name of a certificate is one that is wanted. */
export type SanMatch = (name: AlternativeName) => boolean;

/** The matchers of names in either form; those of the deprecated one ask for a name of any type. */
export function compileSanMatchers(config: ValidationContext | undefined): SanMatch[] {
  const typed = config?.match_typed_subject_alt_names ?? [];
  if (typed.length > 0) return typed.map(compile);
  const types = ['DNS', 'URI', 'EMAIL', 'IP_ADDRESS'] as const;
  return (config?.match_subject_alt_names ?? []).flatMap((matcher) =>
    types.map((san_type) => compile({ san_type, matcher })),
  );
}

function compile({ san_type: type, matcher, oid }: Matcher): SanMatch {
  if (type === 'OTHER_NAME' && !oid) {
    throw new LabError('invalid', 'Failed to create string SAN matcher of type ', {
      hint: 'a matcher of OTHER_NAME says in `oid` which',
    });
  }
  const { exact } = matcher;
  // Of a DNS name an exact matcher means the host, which a wildcard of the certificate may stand for.
  if (type === 'DNS' && exact !== undefined) {
    return (name) => name.type === 'DNS' && dnsNameMatches(exact, name.value);
  }
  const matches = compileStringMatcher(matcher);
  return (name) => name.type === type && (type !== 'OTHER_NAME' || name.oid === oid) && matches(name.value);
}
