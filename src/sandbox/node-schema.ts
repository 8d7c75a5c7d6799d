import { isIP } from 'node:net';
import * as z from 'zod';
import { LABEL, label, type PortField, port, text } from '../schema/fields.ts';
import { container, containerFields } from './container-schema.ts';

const publish = z
  .union(
    [
      z
        .record(text, port)
        .transform((map) => Object.entries(map).map(([name, value]) => ({ name, ...value }))),
      z.array(port).transform((ports) => ports.map((value) => ({ name: portName(value), ...value }))),
    ],
    { error: 'must be a map of name to port, or a list of ports' },
  )
  .describe('Ports to open on 127.0.0.1 of the host, by name: { http: 8080, dns: 53/udp }.');

function portName({ port, protocol }: PortField): string {
  return protocol === 'tcp' ? String(port) : `${port}/${protocol}`;
}

/** A name that others may call a node by: one label or several with dots. */
const hostname = z
  .string()
  .max(253)
  .refine((name) => name.split('.').every((part) => LABEL.test(part) && part.length <= 63), {
    error: 'must be a host name: DNS labels with dots between them',
  });

/** A node, in the long form (`containers`) or the short one (the keys of its only container). */
export const node = z
  .strictObject({
    replicas: z.int().min(1).max(1000).optional().describe('How many copies to start with. Default: 1.'),
    publish: publish.optional(),
    networks: z
      .array(label)
      .min(1)
      .optional()
      .describe('Networks it is on. Default: the one all nodes share.'),
    aliases: z.array(hostname).optional().describe('Other names that resolve to it.'),
    hosts: z
      .record(
        hostname,
        z.string().refine((value) => isIP(value) !== 0, { error: 'must be an IP address' }),
      )
      .optional()
      .describe('More lines of its /etc/hosts: name to IP address.'),
    containers: z.record(label, container).optional().describe('Its processes, by name.'),
    ...containerFields,
  })
  .meta({ id: 'node' });

export type NodeFields = z.output<typeof node>;

/** Top level `networks`: a list, or a map to nothing as in a Compose file. */
export const networks = z.union(
  [
    z.array(label),
    z.record(label, z.union([z.null(), z.strictObject({})])).transform((map) => Object.keys(map)),
  ],
  { error: 'must be a list of names' },
);
