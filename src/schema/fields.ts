import * as z from 'zod';
import { splitWords, WordsError } from '../process/words.ts';
import { DURATION, parseDuration } from './duration.ts';

/** What the project's own YAML files have in common, a field a constant. The output is in the normalised form. */

/** RFC 1123, 2.1: what a DNS label may be. */
export const LABEL = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

const LABEL_MESSAGE =
  'must be a DNS label: lower-case letters, digits and dashes, at most 63, no dash first or last';

/** The name of a node, container, network, … */
export const label = z.string().regex(LABEL, LABEL_MESSAGE).max(63, LABEL_MESSAGE);

/** A name people read. */
export const text = z.string().min(1);

/** A value that is text in the end, and may be written without quotes. */
export const scalar = z
  .union([z.string(), z.number(), z.boolean()], { error: 'must be text, a number, true or false' })
  .transform(String);

/** Output in ms. */
export const duration = z
  .string()
  .regex(DURATION, 'must be a duration such as 250ms, 5s or 1m30s')
  .transform((value) => parseDuration(value)!);

/** A command: a list of words, or one text that is split as a shell would. */
export const command = z.union(
  [
    z
      .string()
      .min(1)
      .transform((value, context) => {
        try {
          const words = splitWords(value);
          if (words.length > 0) return words;
          context.issues.push({ code: 'custom', message: 'must not be empty', input: value });
        } catch (error) {
          if (!(error instanceof WordsError)) throw error;
          context.issues.push({ code: 'custom', message: error.message, input: value });
        }
        return z.NEVER;
      }),
    z.array(scalar).min(1),
  ],
  { error: 'must be text or a list of words' },
);

/** Environment variables. */
export const env = z.record(
  z.string().regex(/^[^=\0]+$/, 'must be the name of an environment variable'),
  scalar,
);

/** A path inside a container. */
export const insidePath = z.string().regex(/^\//, 'must be an absolute path inside the container');

/** Host path → path inside. */
export const files = z.record(text, insidePath);

/** One or several. @param what such as `a node`, for the message */
export function oneOrMore<T extends z.ZodType>(item: T, what: string) {
  const error = `must be ${what}, or a list of such`;
  return z.union([item.transform((value) => [value]), z.array(item).min(1)], {
    error,
  }) as unknown as z.ZodType<z.output<T>[], z.input<T> | z.input<T>[]>;
}

/** A port number. */
export const portNumber = z.int().min(1).max(65535);

/** A port with its protocol. */
export interface PortField {
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
}

const PORT = /^([1-9]\d{0,4})(?:\/(tcp|udp))?$/;

/** `8080`, `53/udp`. */
export const port = z.union(
  [
    portNumber.transform((value): PortField => ({ port: value, protocol: 'tcp' })),
    z
      .string()
      .regex(PORT, 'must be a port such as 8080 or 53/udp')
      .transform((value, context): PortField => {
        const [, digits, protocol] = PORT.exec(value)!;
        if (Number(digits) <= 65535)
          return { port: Number(digits), protocol: protocol === 'udp' ? 'udp' : 'tcp' };
        context.issues.push({ code: 'custom', message: 'must be at most 65535', input: value });
        return z.NEVER;
      }),
  ],
  { error: 'must be a port such as 8080 or 53/udp' },
);
