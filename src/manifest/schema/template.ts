import * as z from 'zod';
import { metadata } from './metadata.ts';

const parameter = z.strictObject({
  name: z.string().regex(/^[a-zA-Z0-9_]+$/, 'must be letters, digits and _'),
  displayName: z.string().optional(),
  description: z.string().optional(),
  value: z.string().optional(),
  generate: z.string().optional(),
  from: z.string().optional(),
  required: z.boolean().optional(),
});

/** `template.openshift.io/v1` Template. */
export const template = z.strictObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata,
  message: z.string().optional(),
  labels: z.record(z.string(), z.string()).optional(),
  parameters: z.array(parameter).optional(),
  objects: z.array(z.record(z.string(), z.unknown())),
});

export type TemplateFields = z.output<typeof template>;
export type TemplateParameter = z.output<typeof parameter>;
