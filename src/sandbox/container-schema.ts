import * as z from 'zod';
import { command, env, files, insidePath, scalar, text } from '../schema/fields.ts';
import { ready } from '../schema/ready.ts';

const dependsOn = z
  .union(
    [
      z.array(text).transform((names) => names.map((name) => ({ name, until: 'ready' as const }))),
      z
        .record(text, z.enum(['ready', 'done']))
        .transform((map) => Object.entries(map).map(([name, until]) => ({ name, until }))),
    ],
    { error: 'must be a list of names, or a map of a name to ready or done' },
  )
  .describe(
    'Containers of this node or other nodes that must be ready (or, of a job, done) before this starts.',
  );

/** One shared directory; `step` is its key or index, for the place of problems found later. */
export interface VolumeFields {
  readonly host: string;
  readonly inside: string;
  readonly readOnly: boolean;
  readonly step: string | number;
}

const INSIDE = /^(\/[^:]*)(?::(ro|rw))?$/;
const VOLUME = /^(.+?):(\/[^:]*(?::(?:ro|rw))?)$/;

function volume(host: string, inside: string, step: string | number): VolumeFields {
  const [, path, mode] = INSIDE.exec(inside)!;
  return { host, inside: path!, readOnly: mode === 'ro', step };
}

const volumes = z
  .union(
    [
      z
        .array(z.string().regex(VOLUME, 'must be host:/inside or host:/inside:ro'))
        .transform((list) =>
          list.map((item, i) => volume(VOLUME.exec(item)![1]!, VOLUME.exec(item)![2]!, i)),
        ),
      z
        .record(
          text,
          z.string().regex(INSIDE, 'must be an absolute path inside the container, :ro after it or not'),
        )
        .transform((map) => Object.entries(map).map(([host, inside]) => volume(host, inside, host))),
    ],
    { error: 'must be a map of host path to path inside, or a list of host:/inside[:ro]' },
  )
  .describe(
    'Host directories shared with the container, not copied: host path to path inside, :ro for read-only.',
  );

/** The keys of a container, which a node may have itself when it has only one. */
export const containerFields = {
  envoy: text.optional().describe('An Envoy v3 config, relative to the folder; an engine runs it.'),
  engine: text
    .optional()
    .describe(
      'The engine that runs the config: ts, envoy, or a version of it: envoy@1.38. Default: what `up` is told.',
    ),
  args: z
    .array(scalar)
    .optional()
    .describe(
      "More of Envoy's flags for the engine; of an image of a registry, in place of its own arguments.",
    ),
  image: text
    .optional()
    .describe(
      'An app: a folder in images/, of the sandbox or of envoy-lab; with a slash or a colon an image of a registry.',
    ),
  command: command
    .optional()
    .describe("What to run; with image, in place of the image's command (entrypoint). There is no shell."),
  env: env.optional().describe('Environment variables.'),
  files: files
    .optional()
    .describe('Files and directories to copy in: path in this folder to absolute path inside.'),
  volumes: volumes.optional(),
  user: scalar.optional().describe('User name or id to run as.'),
  workdir: insidePath.optional().describe('Working directory, absolute.'),
  ready: ready
    .optional()
    .describe("How to tell that it is ready. Default: the image's; of an Envoy config, its admin."),
  depends_on: dependsOn.optional(),
  once: z.boolean().optional().describe('A job: ready once it has exited with 0, and not expected to stay.'),
};

/** One process in a node. */
export const container = z.strictObject(containerFields).meta({ id: 'container' });

export type ContainerFields = z.output<typeof container>;
