import { isIP } from 'node:net';
import * as z from 'zod';
import { insidePath, LABEL, label, text } from '../schema/fields.ts';

const subject = text.refine(
  (name) =>
    isIP(name) !== 0 ||
    name.split('.').every((part, i) => LABEL.test(part.toLowerCase()) || (i === 0 && part === '*')),
  { error: 'must be a host name, such as web or *.example.com, or an IP address' },
);

/** A certificate that `up` mints. */
export const cert = z
  .strictObject({
    names: z
      .array(subject)
      .optional()
      .describe(
        'Host names and IP addresses it is for; the first is the common name. Absent: only the CA is mounted.',
      ),
    ca: label
      .default('ca')
      .describe('Name of the authority that signs it; certificates that name the same one share it.'),
    days: z
      .int()
      .min(-3650)
      .max(36_500)
      .default(365)
      .describe('Days it is valid; 0 or less: expired already.'),
    mount: z
      .record(text, insidePath)
      .describe('Node, or node/container, to the directory that gets cert.pem, key.pem and ca.pem.'),
  })
  .meta({ id: 'cert' });

export type CertFields = z.output<typeof cert>;
