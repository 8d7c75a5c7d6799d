import type { Engine, EngineMachine } from '../engine/engine.ts';
import type { EnginePlace, Runtime } from '../runtime/runtime.ts';
import type { StateStore } from '../state/store.ts';
import type { LabEvent } from './event.ts';

/** A runtime that can be chosen; its code is loaded when it is first needed. */
export interface RuntimeSource {
  readonly name: string;
  /** @param endpoint the engine it is to use, when there can be several; without it, the runtime looks for one */
  load(endpoint?: string): Promise<Runtime>;
  /** Where there can be several engines: the addresses of all that answer, and the known ones, each engine once. */
  endpoints?(known: readonly string[]): Promise<readonly string[]>;
  /** Where there can be several engines: every place where one may be. */
  survey?(): Promise<readonly EnginePlace[]>;
}

/** What a command of the lab layer works with; made once by the CLI, or by a test. */
export interface LabContext {
  readonly runtimes: readonly RuntimeSource[];
  readonly engines: readonly Engine[];
  readonly machine: EngineMachine;
  /** The bundle of the program that services are forwarded by. */
  readonly forwarder: string;
  /** The words that start our own curl client as a program of its own, for nodes on a machine without curl. */
  readonly curlClient: readonly string[];
  /** Opened when it is first needed, so that reading commands work where nothing can be written. */
  readonly store: () => StateStore;
  readonly sandboxRoots: readonly string[];
  readonly imageRoots: readonly string[];
  /** What relative paths start from. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `uid` of the user, as text. */
  readonly owner: string;
  /** ms since the epoch. */
  readonly now: () => number;
  readonly emit: (event: LabEvent) => void;
  /** Aborts when the user presses Ctrl-C. */
  readonly signal: AbortSignal;
  /** The command line, for whoever has to wait for this one. */
  readonly command: string;
}
