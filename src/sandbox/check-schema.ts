import * as z from 'zod';
import { command, duration, oneOrMore, text } from '../schema/fields.ts';
import type { Action } from './check.ts';
import { expect } from './expect-schema.ts';

const SIGNALS = [
  'SIGKILL',
  'SIGTERM',
  'SIGINT',
  'SIGHUP',
  'SIGQUIT',
  'SIGABRT',
  'SIGSEGV',
  'SIGUSR1',
  'SIGUSR2',
  'SIGSTOP',
  'SIGCONT',
] as const;

const container = text.optional().describe('One of its containers. Default: the first; of kill, all.');

const exec = z.union(
  [
    command.transform((words, context): Action => {
      const [node, ...argv] = words;
      if (argv.length > 0) return { kind: 'exec', node: node!, container: undefined, argv };
      context.issues.push({ code: 'custom', message: 'must be a node and a command', input: words });
      return z.NEVER;
    }),
    z
      .strictObject({
        node: text.describe('Where to run it.'),
        container,
        command: command.describe('What to run.'),
      })
      .transform(({ node, container, command: argv }): Action => ({ kind: 'exec', node, container, argv })),
  ],
  { error: 'must be a node and a command, or a map of node, container and command' },
);

const kill = z.union(
  [
    oneOrMore(text, 'a node').transform(
      (nodes): Action => ({ kind: 'kill', nodes, container: undefined, signal: 'SIGKILL' }),
    ),
    z
      .strictObject({
        node: oneOrMore(text, 'a node').describe('Which to kill.'),
        container,
        signal: z.enum(SIGNALS).default('SIGKILL').describe('Default: SIGKILL.'),
      })
      .transform(({ node, container, signal }): Action => ({ kind: 'kill', nodes: node, container, signal })),
  ],
  { error: 'must be a node, a list of nodes, or a map of node, container and signal' },
);

const wait = z.union(
  [
    duration.transform((ms): Action => ({ kind: 'pause', ms })),
    z
      .strictObject({ ready: oneOrMore(text, 'a node').describe('Nodes to wait for.') })
      .transform(({ ready }): Action => ({ kind: 'ready', nodes: ready })),
  ],
  { error: 'must be a duration, or { ready: node }' },
);

/** What a step does: it has one of these. */
const actions = {
  curl: command
    .transform((words): Action => ({ kind: 'curl', words, from: undefined }))
    .optional()
    .describe("curl's own words, as text or a list; names of nodes are hosts."),
  exec: exec
    .optional()
    .describe('A command in a node: "service1 hostname", or { node, container, command }.'),
  scale: z
    .record(text, z.int().min(1).max(1000))
    .transform((replicas): Action => ({ kind: 'scale', replicas }))
    .optional()
    .describe('Node to number of replicas. The check puts it back.'),
  stop: oneOrMore(text, 'a node')
    .transform((nodes): Action => ({ kind: 'stop', nodes }))
    .optional()
    .describe('Nodes to stop. The check starts them again.'),
  start: oneOrMore(text, 'a node')
    .transform((nodes): Action => ({ kind: 'start', nodes }))
    .optional()
    .describe('Nodes to start that were stopped or killed.'),
  kill: kill
    .optional()
    .describe('Nodes to kill, or { node, container, signal }. The check starts them again.'),
  wait: wait.optional().describe('A duration, or { ready: node }.'),
};

/** The keys of {@link actions}, in the order messages list them. */
export const ACTION_KEYS = Object.keys(actions) as readonly (keyof typeof actions)[];

const stepFields = {
  ...actions,
  from: text.optional().describe('The node that curl is run in. Default: the host.'),
  repeat: z.int().min(1).max(1_000_000).optional().describe('How often. Default: once.'),
  parallel: z.int().min(1).max(1000).optional().describe('How many of the repeats at a time. Default: 1.'),
  eventually: duration.optional().describe('Do it again until it is as expected, for at most this long.'),
  expect: expect.optional().describe('What must be true of the answer, or afterwards.'),
};

const step = z.strictObject(stepFields).meta({ id: 'step' });

/** A check: one step, or a list of them. */
export const check = z.strictObject({
  name: text.describe('What is true when it passes.'),
  steps: z.array(step).min(1).optional().describe('Things to do in order.'),
  ...stepFields,
});

export type StepFields = z.output<typeof step>;
export type CheckFields = z.output<typeof check>;
