import type { Certificate } from './x509/certificate.ts';

/** Why a chain of certificates is not trusted, and of which of them that is true: 0 is the leaf. */
export interface PathProblem {
  readonly text: string;
  readonly depth: number;
}

/** What a path must be. */
export interface PathRules {
  readonly roots: readonly Certificate[];
  /** OID of the use the leaf is for. */
  readonly usage: string;
  readonly allowExpired: boolean;
  /** ms since the epoch. */
  readonly now: number;
}

/** id-kp-serverAuth and id-kp-clientAuth (RFC 5280, 4.2.1.12). */
export const serverUsage = '1.3.6.1.5.5.7.3.1';
export const clientUsage = '1.3.6.1.5.5.7.3.2';
const anyUsage = '2.5.29.37.0';

/**
 * Finds what is wrong with a chain, in BoringSSL's order and words: OpenSSL says only that something is, and neither where
 * nor what it was first. What OpenSSL refuses is refused whatever this finds.
 */
export function pathProblem(leaf: Certificate, rules: PathRules): PathProblem | undefined {
  const path = [leaf];
  const sent = leaf.chain.slice(1);
  let anchored = isRoot(leaf, rules.roots);
  while (!anchored) {
    const last = path.at(-1)!;
    if (issues(last, last)) break;
    const root = rules.roots.find((one) => issues(one, last));
    const next = root ?? sent.find((one) => !path.includes(one) && issues(one, last));
    if (next === undefined) break;
    path.push(next);
    anchored = root !== undefined || isRoot(next, rules.roots);
  }
  const last = path.length - 1;
  if (!anchored) {
    if (!issues(path[last]!, path[last]!)) {
      return { text: 'unable to get local issuer certificate', depth: last };
    }
    const text = last === 0 ? 'self signed certificate' : 'self signed certificate in certificate chain';
    return { text, depth: last };
  }
  return usageProblem(path, rules) ?? timeProblem(path, rules);
}

function usageProblem(path: readonly Certificate[], { usage }: PathRules): PathProblem | undefined {
  for (const [depth, one] of path.entries()) {
    if (depth > 0 && !one.signsCertificates) return { text: 'invalid CA certificate', depth };
    const usages = one.extendedUsages;
    if (usages !== undefined && !usages.includes(usage) && !usages.includes(anyUsage)) {
      return { text: 'unsupported certificate purpose', depth };
    }
    if (depth > 0 && one.pathLength !== undefined && depth - 1 > one.pathLength) {
      return { text: 'path length constraint exceeded', depth };
    }
    // Only OpenSSL judges those.
    if (one.constrainsNames) return { text: 'permitted subtree violation', depth: 0 };
  }
  return undefined;
}

/** From the root down, as signatures are verified. */
function timeProblem(path: readonly Certificate[], rules: PathRules): PathProblem | undefined {
  for (let depth = path.length - 1; depth >= 0; depth--) {
    const one = path[depth]!;
    const issuer = path[depth + 1];
    if (issuer !== undefined && !one.x509.verify(issuer.x509.publicKey)) {
      return { text: 'certificate signature failure', depth };
    }
    if (rules.allowExpired) continue;
    if (rules.now < one.validFrom) return { text: 'certificate is not yet valid', depth };
    if (rules.now > one.validTo) return { text: 'certificate has expired', depth };
  }
  return undefined;
}

function issues(issuer: Certificate, one: Certificate): boolean {
  return one.x509.checkIssued(issuer.x509);
}

function isRoot(one: Certificate, roots: readonly Certificate[]): boolean {
  return roots.some(({ x509 }) => x509.raw.equals(one.x509.raw));
}
