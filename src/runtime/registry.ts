import { LabError } from '../error.ts';
import type { EngineSurroundings } from './docker/endpoint/endpoint.ts';
import type { EnginePlace, Runtime } from './runtime.ts';

/** What any runtime may need of its surroundings. */
export interface RuntimeOptions {
  /** Folder for state: `$XDG_STATE_HOME/envoy-lab`. */
  readonly stateDir: string;
  /** The caller's environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly uid: number;
  /** Whose labs they are: what `down --all` takes away, as text. */
  readonly owner: string;
  /** Interpreter, its options, and the file of the process runtime's supervisor. */
  readonly supervisor: readonly string[];
  /** The same for what keeps published ports of a lab on Kubernetes open. */
  readonly agent: readonly string[];
  /** Host paths that every container must see: engines, images. */
  readonly visible?: readonly string[];
}

/** A runtime that can be chosen. */
export interface RuntimeEntry {
  readonly name: string;
  /** One line for help and documentation. */
  readonly summary: string;
  /**
   * Loads its code: nobody pays for a runtime that is not used.
   * @param endpoint the engine it is to use, when there can be several; without it, the runtime looks for one
   */
  load(options: RuntimeOptions, endpoint?: string): Promise<Runtime>;
  /** Where there can be several engines: the addresses of all that answer, and the known ones, each engine once. */
  endpoints?(options: RuntimeOptions, known: readonly string[]): Promise<readonly string[]>;
  /** Where there can be several engines: every place where one may be, those that are used first. */
  survey?(options: RuntimeOptions): Promise<readonly EnginePlace[]>;
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
  {
    name: 'docker',
    summary: 'containers of Docker or Podman',
    load: async (options, endpoint) => {
      const [{ DockerRuntime }, { EngineClient }, { engineAt, findEngine }] = await Promise.all([
        import('./docker/runtime.ts'),
        import('./docker/endpoint/engine-client.ts'),
        import('./docker/endpoint/find.ts'),
      ]);
      const around = surroundingsOf(options);
      const client =
        endpoint === undefined
          ? new EngineClient(() => findEngine(around))
          : new EngineClient(() => engineAt(around, endpoint), endpoint);
      const { env, uid, owner, supervisor } = options;
      const machine = { execPath: supervisor[0]!, env, platform: process.platform, owner: String(uid) };
      return new DockerRuntime({ client, owner, machine });
    },
    endpoints: async (options, known) => {
      const { engineAddresses } = await import('./docker/endpoint/find.ts');
      return engineAddresses(surroundingsOf(options), known);
    },
    survey: async (options) => {
      const { surveyEngines } = await import('./docker/endpoint/survey.ts');
      return surveyEngines(surroundingsOf(options));
    },
  },
  {
    name: 'kubernetes',
    summary: 'pods of a Kubernetes cluster; never chosen unasked',
    load: async ({ stateDir, env, owner, agent }, endpoint) => {
      const [{ KubernetesRuntime }, { parsePlace }] = await Promise.all([
        import('./kubernetes/runtime.ts'),
        import('./kubernetes/api/kubeconfig.ts'),
      ]);
      const place = endpoint === undefined ? undefined : parsePlace(endpoint);
      return new KubernetesRuntime({ place, env, stateDir, owner, agent });
    },
    // Nobody's cluster is asked for labs that it was not given: only those that some were started on, and one that is named.
    endpoints: async ({ env }, known) => {
      if (env.ENVOY_LAB_RUNTIME !== 'kubernetes') return [...new Set(known)];
      const { endpointOf } = await import('./kubernetes/runtime.ts');
      const named = await endpointOf(env);
      return [...new Set([...known, ...(named === undefined ? [] : [named])])];
    },
  },
];

function surroundingsOf({ env, uid }: RuntimeOptions): EngineSurroundings {
  return { env, home: env.HOME || env.USERPROFILE, uid, platform: process.platform };
}

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
