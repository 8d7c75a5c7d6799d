import { createHash } from 'node:crypto';

/** Longest name of a namespace, a pod that is a host name, or a Service (RFC 1123). */
const LONGEST = 63;

/** A name as Kubernetes takes it: that very one where it is fine, else a part of it and a hash. */
export function dnsName(text: string): string {
  if (text.length <= LONGEST && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(text)) return text;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 8);
  const plain = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST - 9);
  return `${plain.replace(/^-+|-+$/g, '')}-${hash}`.replace(/^-/, '');
}

/** The namespace that a lab has for itself. */
export const labNamespace = (lab: string) => dnsName(`envoy-lab-${lab}`);
/** The ConfigMap that says what a lab is. */
export const labRecordName = (lab: string) => `envoy-lab.${dnsName(lab)}`;
/** The ConfigMap that says what a node is. */
export const nodeRecordName = (node: string) => `envoy-lab.node.${node}`;
