import * as z from 'zod';
import { command, env, files, insidePath, port, scalar, text } from '../schema/fields.ts';
import { ready } from '../schema/ready.ts';

const machinePath = z
  .string()
  .regex(/^\/[^\0]*[^/\0]$/, 'must be an absolute path, such as /usr/share/postgresql/*');

/** `image.yaml`: how an app runs anywhere. */
export const imageFile = z.strictObject({
  $schema: z.string().optional().describe('Where editors find the JSON Schema.'),
  summary: text.optional().describe('One sentence: what the app does.'),
  command: command.describe('What to run. There is no shell.'),
  files: files.optional().describe('Files and directories of this folder, to their absolute paths inside.'),
  env: env.optional().describe('Environment variables; a container may replace or add to them.'),
  workdir: insidePath.optional().describe('Working directory, absolute.'),
  user: scalar.optional().describe('User name or id to run as.'),
  ready: ready
    .optional()
    .describe(
      'How to tell that it is ready. Default: its first TCP port accepts; without ports, as soon as it runs.',
    ),
  ports: z.array(port).optional().describe('What it listens on: 8080, 53/udp.'),
  programs: z
    .array(z.string().regex(/^[\w.+-]+$/, 'must be the name of a program, without a path'))
    .optional()
    .describe(
      "Programs it needs that are not among its files: found on the machine's PATH. Default: the command's first word, unless that is a path.",
    ),
  machine: z
    .strictObject({
      folders: z
        .array(machinePath)
        .default([])
        .describe('Folders with programs of the machine, searched before its PATH.'),
      files: z
        .array(machinePath)
        .default([])
        .describe(
          'Files and folders that the programs read while they run: they come along into an assembled image.',
        ),
    })
    .optional()
    .describe('Where the machine has its programs and what these need; `*` stands for any part of a name.'),
  base: z
    .string()
    .regex(/^[a-z0-9][\w./:@-]*$/, 'must be the name of a container image, such as redis:7')
    .optional()
    .describe('Container image to start from where one is pulled. Default: one that has the programs.'),
});
