import * as z from 'zod';
import type { ReadyProbe } from '../runtime/node-spec.ts';
import { command, portNumber } from './fields.ts';
import { textMatch } from './text-match.ts';

const HTTP = /^:?(\d{1,5})(\/\S*)?$/;

const http = z.union(
  [
    portNumber.transform((port) => ({ port, path: '/', status: undefined })),
    z
      .string()
      .regex(HTTP, 'must be a port and a path, such as 8080/healthz')
      .transform((value, context) => {
        const [, port, path] = HTTP.exec(value)!;
        if (Number(port) >= 1 && Number(port) <= 65535)
          return { port: Number(port), path: path ?? '/', status: undefined };
        context.issues.push({ code: 'custom', message: 'the port must be from 1 to 65535', input: value });
        return z.NEVER;
      }),
    z.strictObject({
      port: portNumber.describe('On the node.'),
      path: z.string().regex(/^\//, 'must start with /').default('/').describe('Default: /.'),
      status: z
        .int()
        .min(100)
        .max(599)
        .optional()
        .describe('The status that means ready; any 2xx or 3xx if absent.'),
    }),
  ],
  { error: 'must be a port and a path, such as 8080/healthz' },
);

const line = textMatch('contains').refine(
  (match) => match.kind === 'contains' || match.flags === '',
  'a regular expression has no flags here',
);

/** How to tell that a container is ready. */
export const ready = z
  .union(
    [
      z.literal('started').transform((): ReadyProbe => ({ kind: 'started' })),
      z
        .strictObject({
          http: http.optional().describe('An HTTP GET answers: 8080/healthz.'),
          tcp: portNumber.optional().describe('A TCP port accepts.'),
          exec: command.optional().describe('A command exits with 0 in the container.'),
          log: line.optional().describe('A line of its output contains this text, or matches /…/.'),
        })
        .transform((fields, context): ReadyProbe => {
          if (Object.values(fields).filter((value) => value !== undefined).length !== 1) {
            context.issues.push({
              code: 'custom',
              message: 'must have one of http, tcp, exec and log',
              input: fields,
            });
            return z.NEVER;
          }
          if (fields.http) {
            const { port, path, status } = fields.http;
            return { kind: 'http', port, path, ...(status === undefined ? {} : { status }) };
          }
          if (fields.tcp !== undefined) return { kind: 'tcp', port: fields.tcp };
          if (fields.exec) return { kind: 'exec', argv: fields.exec };
          return { kind: 'log', pattern: pattern(fields.log!) };
        }),
    ],
    { error: 'must be "started", or a map with one of http, tcp, exec and log' },
  )
  .meta({ id: 'ready' });

/** A plain text as a regular expression; the probe's pattern is one without flags. */
function pattern(match: z.output<typeof line>): string {
  return match.kind === 'contains' ? match.text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&') : match.source;
}
