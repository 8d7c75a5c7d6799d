import * as z from 'zod';
import { label, text } from '../schema/fields.ts';
import { cert } from './cert-schema.ts';
import { check } from './check-schema.ts';
import { networks, node } from './node-schema.ts';
import { service } from './service-schema.ts';

/** `sandbox.yaml`: what may be written. The output has its short values in one form; names are not resolved yet. */
export const sandboxFile = z.strictObject({
  $schema: z.string().optional().describe('Where editors find the JSON Schema.'),
  name: label.optional().describe("The sandbox's name. Default: that of its folder."),
  summary: text.optional().describe('One sentence: what it shows.'),
  nodes: z.record(label, node).describe('What runs: each node has an address and a name of its own.'),
  networks: networks.optional().describe('Names of networks; a node is on one if it does not say otherwise.'),
  services: z
    .record(label, service)
    .optional()
    .describe('Stable names, each balancing connections over the ready replicas of a node.'),
  images: z
    .record(text, text)
    .optional()
    .describe('Images of registries that containers name, to images of ours that run in their place.'),
  certs: z.record(label, cert).optional().describe('Certificates minted at `up`.'),
  checks: z.array(check).optional().describe('What must be true of the running lab.'),
});

export type SandboxFields = z.output<typeof sandboxFile>;
