import * as z from 'zod';
import { label, portNumber, text } from '../schema/fields.ts';
import { node } from './node-schema.ts';

/** A port of a service: where it is called, and where what it stands for listens. */
export interface ServicePortFields {
  readonly port: number;
  readonly target: number;
}

const SHORT = /^([1-9]\d{0,4})(?::([1-9]\d{0,4}))?(?:\/(tcp|udp))?$/;
const SHAPE = 'must be a port such as 80, port:target such as 80:8080, or a map of port and target';

const port = z.union(
  [
    portNumber.transform((value): ServicePortFields => ({ port: value, target: value })),
    z
      .string()
      .regex(SHORT, SHAPE)
      .transform((value, context): ServicePortFields => {
        const [, port, target = port, protocol] = SHORT.exec(value)!;
        const problem =
          protocol === 'udp'
            ? 'a service carries TCP only'
            : Number(port) > 65535 || Number(target) > 65535
              ? 'must be at most 65535'
              : undefined;
        if (problem === undefined) return { port: Number(port), target: Number(target) };
        context.issues.push({ code: 'custom', message: problem, input: value });
        return z.NEVER;
      }),
    z
      .strictObject({
        port: portNumber.describe('Where it is called.'),
        target: portNumber.optional().describe('Where the nodes listen. Default: the same.'),
      })
      .transform(({ port, target = port }): ServicePortFields => ({ port, target })),
  ],
  { error: SHAPE },
);

/** A stable name that balances over the replicas of a node. */
export const service = z
  .strictObject({
    nodes: text.describe('The node whose ready replicas it leads to.'),
    ports: z
      .union(
        [
          z
            .record(label, port)
            .transform((map) => Object.entries(map).map(([name, value]) => ({ name, ...value }))),
          z.array(port).transform((list) => list.map((value) => ({ name: String(value.port), ...value }))),
        ],
        { error: 'must be a map of name to port, or a list of ports' },
      )
      .describe(
        'TCP ports by name: { http: 80 }, { http: 80:8080 } or { http: { port: 80, target: 8080 } }.',
      ),
    publish: node.shape.publish,
    aliases: node.shape.aliases,
  })
  .meta({ id: 'service' });

export type ServiceFields = z.output<typeof service>;
