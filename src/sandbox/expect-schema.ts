import * as z from 'zod';
import { duration, oneOrMore, text } from '../schema/fields.ts';
import { parseJsonPath } from '../schema/json-path.ts';
import { numberMatch } from '../schema/number-match.ts';
import { parseRegex, textMatch } from '../schema/text-match.ts';

const STATUS = /^([1-5])xx$/;

const status = z.union(
  [
    z
      .int()
      .min(100)
      .max(599)
      .transform((code) => ({ from: code, to: code })),
    z
      .string()
      .regex(STATUS, 'must be a status such as 200, or a class such as 2xx')
      .transform((value) => ({ from: Number(value[0]) * 100, to: Number(value[0]) * 100 + 99 })),
  ],
  { error: 'must be a status such as 200, or a class such as 2xx' },
);

const jsonPath = text.transform((value, context) => {
  const path = parseJsonPath(value);
  if (path) return path;
  context.issues.push({ code: 'custom', message: 'must be a path such as items[0].name', input: value });
  return z.NEVER;
});

const node = text.describe('A node, or one of its replicas: service1, service1-2.');
const container = text.optional().describe('One of its containers.');

const stat = z.strictObject({
  node,
  container,
  name: text.describe("The stat's full name: cluster.service1.upstream_rq_2xx."),
  value: numberMatch.optional().describe('What it must be: 3, ">= 3".'),
  increase: numberMatch.optional().describe('By how much the step must raise it: 3, ">= 3".'),
});

const log = z.strictObject({
  node,
  container,
  line: textMatch('contains').describe('Text in a line printed since the step began, or /…/.'),
  count: numberMatch.default({ op: '>=', value: 1 }).describe('How many such lines. Default: ">= 1".'),
});

const by = z.union(
  [
    z.string().transform((value, context) => {
      try {
        const regex = parseRegex(value);
        if (regex) return regex;
      } catch {}
      context.issues.push({
        code: 'custom',
        message: 'must be a regular expression with a group, /hostname (\\S+)/',
        input: value,
      });
      return z.NEVER;
    }),
    z
      .strictObject({ header: text.describe('The header that names who answered.') })
      .transform(({ header }) => ({ kind: 'header' as const, name: header.toLowerCase() })),
    z
      .strictObject({ json: jsonPath.describe('Where in the JSON body it is named.') })
      .transform(({ json }) => ({ kind: 'json' as const, ...json })),
  ],
  { error: 'must be /…/, { header: name } or { json: path }' },
);

const spread = z
  .strictObject({
    by: by.describe(
      'What tells who answered: the first group of /…/ on the body, { header: name } or { json: path }.',
    ),
    distinct: numberMatch.optional().describe('How many different ones answer.'),
    each: z.int().min(0).optional().describe('How many answers come from each.'),
    tolerance: z.int().min(0).default(0).describe('How many more or fewer than `each` are fine.'),
  })
  .describe('How the answers of a repeated step are spread over those who gave them.');

/** What a step may expect. */
export const expect = z
  .strictObject({
    status: oneOrMore(status, 'a status such as 200 or 2xx')
      .optional()
      .describe('Status, or several that are fine: 200, [200, 204], 2xx.'),
    headers: z
      .record(
        text,
        z.union([z.null(), textMatch('equals')], { error: 'must be text, /…/, or null for absent' }),
      )
      .optional()
      .describe('Header to value, exact or /…/; null: it must be absent.'),
    body: oneOrMore(textMatch('contains'), 'a text')
      .optional()
      .describe('Text the body contains, or /…/; several: all of them.'),
    json: z
      .record(text, z.unknown())
      .optional()
      .describe('Path in the JSON body, items[0].name, to its value, /…/ on its text, or null for absent.'),
    time: duration.optional().describe('The longest one request may take.'),
    exit_code: z.int().min(0).max(255).optional().describe("The command's or curl's exit code. Default: 0."),
    stdout: oneOrMore(textMatch('contains'), 'a text')
      .optional()
      .describe('Text the command prints, or /…/.'),
    stderr: oneOrMore(textMatch('contains'), 'a text')
      .optional()
      .describe('Text it prints to stderr, or /…/.'),
    stat: oneOrMore(stat, 'a map of node, name and value')
      .optional()
      .describe("Counters and gauges of a node's Envoy."),
    log: oneOrMore(log, 'a map of node and line')
      .optional()
      .describe('Lines a node printed since the step began.'),
    spread: spread.optional(),
  })
  .meta({ id: 'expect' });

export type ExpectFields = z.output<typeof expect>;
