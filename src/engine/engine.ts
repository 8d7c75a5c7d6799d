import type { Problem } from '../document/problem.ts';
import type { ContainerSpec, SteeredSpec } from '../runtime/node-spec.ts';
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

/** A program of an engine that this machine has. */
export interface FoundProgram {
  readonly path: string;
  readonly version: string;
  /** Where it was found, such as `PATH`. */
  readonly place: string;
}

/** An engine's program was found, and why it is taken of all there are; or why not. */
export type EngineFinding =
  | { readonly found: true; readonly path: string; readonly version: string; readonly why: string }
  | { readonly found: false; readonly detail: string; readonly hint: string };

/**
 * What a config may say of the surroundings of a lab whose nodes share the machine's network. Addresses may be texts that only
 * the runtime replaces by what they are.
 */
export interface SharedNetwork {
  /** IP address of the node. */
  readonly address: string;
  /** IP address and port of the lab's DNS server. */
  readonly dnsAddress: string;
  readonly dnsPort: string;
  /** Every name that leads to a node of the lab. */
  readonly names: readonly string[];
}

/** What an engine needs to know to run one config as one container. */
export interface EngineRequest {
  /** The container's name, unique in its node. */
  readonly container: string;
  readonly config: EnvoyConfig;
  /** Whose programs the container runs: see `Runtime.programs`. */
  readonly programs: 'host' | 'image';
  /** The user's own arguments, in Envoy's flags; they win over the engine's defaults. */
  readonly args: readonly string[];
  /** Present when nodes have no network of their own, but an address of the machine's each. */
  readonly sharedNetwork?: SharedNetwork | undefined;
}

/** The engine's part of a container. */
export type EngineProgram = Pick<ContainerSpec, 'rootfs' | 'argv' | 'env' | 'files' | 'volumes' | 'ready'> & {
  readonly steered?: SteeredSpec | undefined;
};

/** An engine whose program was found: it turns configs into containers. */
export interface ReadyEngine {
  readonly name: string;
  readonly path: string;
  readonly version: string;
  /** Pure. */
  program(request: EngineRequest): EngineProgram;
  /** All that is wrong with a config, as this engine sees it; without errors it would start. */
  validate(
    request: Omit<EngineRequest, 'container' | 'programs'>,
    signal?: AbortSignal,
  ): Promise<readonly Problem[]>;
}

/** What runs an Envoy config. A literal array in `registry.ts` lists them. */
export interface Engine {
  readonly name: string;
  /** One line for `doctor` and help. */
  readonly summary: string;
  /** @param version as in `EngineSelector`; the newest that meets it is taken */
  find(machine: EngineMachine, version?: string): Promise<EngineFinding>;
  /** Every program of it on this machine; without a wanted version the first is taken. */
  survey(machine: EngineMachine): Promise<readonly FoundProgram[]>;
  /** Binds the engine to a program that was found. */
  use(program: Pick<FoundProgram, 'path' | 'version'>, machine: EngineMachine): ReadyEngine;
}
