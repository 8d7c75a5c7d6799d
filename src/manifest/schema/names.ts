import * as z from 'zod';

/** Names as Kubernetes takes them (k8s.io/apimachinery, pkg/util/validation). */

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const DNS_LABEL = new RegExp(`^${LABEL}$`);
const DNS_SUBDOMAIN = new RegExp(String.raw`^${LABEL}(\.${LABEL})*$`);
const WORD = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

const isLabel = (text: string) => text.length <= 63 && DNS_LABEL.test(text);
const isSubdomain = (text: string) => text.length <= 253 && DNS_SUBDOMAIN.test(text);
const isWord = (text: string) => text.length <= 63 && WORD.test(text);

/** `name`, or `example.com/name`. */
function isQualified(text: string): boolean {
  const [first = '', second, ...more] = text.split('/');
  if (more.length > 0) return false;
  return second === undefined ? isWord(first) : isSubdomain(first) && isWord(second);
}

/** A part of a host name. */
export const dnsLabel = z
  .string()
  .refine(isLabel, 'must be a DNS label: at most 63 lower-case letters, digits and dashes');

/** The name of most objects. */
export const dnsSubdomain = z
  .string()
  .refine(isSubdomain, 'must be a DNS name: lower-case letters, digits, dashes and dots');

/** The name of a Service. */
export const serviceName = z
  .string()
  .refine(
    (text) => isLabel(text) && /^[a-z]/.test(text),
    'must be a DNS label that begins with a letter: at most 63 lower-case letters, digits and dashes',
  );

/** The name of a container's port (RFC 6335). */
export const portName = z
  .string()
  .refine(
    (text) => text.length <= 15 && isLabel(text) && /[a-z]/.test(text) && !text.includes('--'),
    'must be the name of a port: at most 15 lower-case letters, digits and single dashes, with a letter',
  );

export const labels = z.record(
  z.string().refine(isQualified, 'must be a key such as app or example.com/app'),
  z
    .string()
    .refine(
      (text) => text === '' || isWord(text),
      'must be the value of a label: at most 63 letters, digits, "-", "_" and "."',
    ),
);

export const annotations = z.record(
  z
    .string()
    .refine((key) => isQualified(key.toLowerCase()), 'must be a key such as note or example.com/note'),
  z.string(),
);

/** The name of a variable: printable ASCII. */
export const variableName = z
  .string()
  .regex(/^[ -<>-~]+$/, 'must be the name of an environment variable: printable ASCII without "="');

/** The key of a ConfigMap or a Secret. */
export const isStoreKey = (text: string): boolean =>
  text.length <= 253 && /^[-._a-zA-Z0-9]+$/.test(text) && text !== '.' && !text.startsWith('..');

export const storeKey = z
  .string()
  .refine(isStoreKey, 'must be a key: letters, digits, "-", "_" and ".", no two dots first');
