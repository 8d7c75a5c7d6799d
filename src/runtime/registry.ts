import { LabError } from '../error.ts';
import type { Runtime } from './runtime.ts';

/** What any runtime may need of its surroundings. */
export interface RuntimeOptions {
  /** Folder for state: `$XDG_STATE_HOME/envoy-lab`. */
  readonly stateDir: string;
  /** The caller's environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Interpreter, its options, and the file of the process runtime's supervisor. */
  readonly supervisor: readonly string[];
  /** Host paths that every container must see: engines, images. */
  readonly visible?: readonly string[];
}

/** A runtime that can be chosen. */
export interface RuntimeEntry {
  readonly name: string;
  /** One line for help and documentation. */
  readonly summary: string;
  /** Loads its code: nobody pays for a runtime that is not used. */
  load(options: RuntimeOptions): Promise<Runtime>;
}

/** All runtimes; their order is that of the documentation. */
export const runtimes: readonly RuntimeEntry[] = [
  {
    name: 'process',
    summary: 'plain processes in namespaces: no container engine, no root, no image',
    load: async ({ stateDir, env, supervisor, visible }) => {
      const { ProcessRuntime } = await import('./process/runtime.ts');
      const mode = processMode(env.ENVOY_LAB_PROCESS_MODE);
      return new ProcessRuntime({
        stateDir,
        path: env.PATH ?? '',
        supervisor,
        mode,
        ...(visible && { visible }),
      });
    },
  },
];

const processModes = ['auto', 'namespaces', 'loopback'] as const;

/**
 * How the process runtime is to keep nodes apart; `auto` when nothing is said.
 * @throws LabError `usage` when there is no such mode
 */
export function processMode(wanted: string | undefined): (typeof processModes)[number] {
  const mode = processModes.find((known) => known === (wanted || 'auto'));
  if (mode !== undefined) return mode;
  throw new LabError('usage', `ENVOY_LAB_PROCESS_MODE is ${JSON.stringify(wanted)}, which is no mode`, {
    hint: `The modes are ${processModes.join(', ')}.`,
  });
}
