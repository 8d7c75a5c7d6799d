import type { Problem } from '../document/problem.ts';
import type { ContainerSpec } from '../runtime/node-spec.ts';
import type { EnvoyConfig } from './config.ts';

/** What an engine may look at on the machine to find its program. */
export interface EngineMachine {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Of this program, which is that of its data plane. */
  readonly version: string;
  /** Node's own binary. */
  readonly execPath: string;
  /** The TypeScript data plane as one file, and the file that starts it. */
  readonly proxyBundle: string;
  readonly proxyCommand: string;
  /** Folders whose `.oracle/venv` is looked into, nearest first. */
  readonly folders: readonly string[];
}

/** An engine's program was found, or why not. */
export type EngineFinding =
  | { readonly found: true; readonly path: string; readonly version: string }
  | { readonly found: false; readonly detail: string; readonly hint: string };

/** What an engine needs to know to run one config as one container. */
export interface EngineRequest {
  /** The container's name, unique in its node. */
  readonly container: string;
  readonly config: EnvoyConfig;
  /** The user's own arguments, in Envoy's flags; they win over the engine's defaults. */
  readonly args: readonly string[];
}

/** The engine's part of a container. */
export type EngineProgram = Pick<ContainerSpec, 'argv' | 'env' | 'files' | 'volumes' | 'ready'>;

/** An engine whose program was found: it turns configs into containers. */
export interface ReadyEngine {
  readonly name: string;
  readonly path: string;
  readonly version: string;
  /** Pure. */
  program(request: EngineRequest): EngineProgram;
  /** All that is wrong with a config, as this engine sees it; without errors it would start. */
  validate(request: Omit<EngineRequest, 'container'>, signal?: AbortSignal): Promise<readonly Problem[]>;
}

/** What runs an Envoy config. A literal array in `registry.ts` lists them. */
export interface Engine {
  readonly name: string;
  /** One line for `doctor` and help. */
  readonly summary: string;
  find(machine: EngineMachine): Promise<EngineFinding>;
  /** Binds the engine to the program that `find` found. */
  use(finding: EngineFinding & { readonly found: true }, machine: EngineMachine): ReadyEngine;
}
