import * as z from 'zod';
import { annotations, dnsLabel, dnsSubdomain, labels, portName } from './names.ts';

/** ObjectMeta: what a user writes of it. */
export const metadata = z.strictObject({
  name: dnsSubdomain,
  namespace: dnsLabel.optional(),
  labels: labels.optional(),
  annotations: annotations.optional(),
});

/** ObjectMeta of a pod template, which needs no name. */
export const templateMetadata = metadata.extend({ name: dnsSubdomain.optional() });

const expression = z
  .strictObject({
    key: z.string(),
    operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
    values: z.array(z.string()).optional(),
  })
  .refine(
    ({ operator, values = [] }) => operator.endsWith('In') === values.length > 0,
    'needs values with In and NotIn, and none with Exists and DoesNotExist',
  );

/** A LabelSelector, which selects something. */
export const labelSelector = z
  .strictObject({ matchLabels: labels.optional(), matchExpressions: z.array(expression).optional() })
  .refine(
    ({ matchLabels = {}, matchExpressions = [] }) =>
      Object.keys(matchLabels).length + matchExpressions.length > 0,
    'must select something',
  );

/** A number of a port, or the name of one. */
export const portReference = z.union([z.int().min(1).max(65535), portName], {
  error: "must be a port's number or name",
});

export type Metadata = z.output<typeof metadata>;
export type LabelSelector = z.output<typeof labelSelector>;
