import type { NameRule } from '../runtime.ts';

/** What is told of every lab on a cluster. */
export const CAVEATS = [
  'a container cannot be started anew by itself: its pod is replaced, with the others in it, its files and its logs',
  'nodes of different networks reach each other: a cluster has one network',
  'nodes cannot be paused, UDP ports cannot be published, and commands run as the user of their container',
  'log lines do not tell stdout from stderr',
] as const;

/** Names in a cluster are those of Services. */
export const SERVICE_NAMES: NameRule = {
  pattern: /^(?=.{1,63}$)[a-z]([-a-z0-9]*[a-z0-9])?$/,
  rule: 'such a name begins with a letter, has only lower-case letters, digits and "-", and no dots',
  unique: true,
};
