import type Docker from 'dockerode';
import { LabError } from '../../../error.ts';
import type { ProbeReport } from '../../runtime.ts';
import type { FoundEngine } from './find.ts';
import { reportOf } from './report.ts';

/** The engine a runtime works with: looked for when it is first needed, its client loaded only when it was found. */
export class EngineClient {
  readonly #find: () => Promise<FoundEngine>;
  #found: Promise<FoundEngine> | undefined;
  #docker: Promise<Docker> | undefined;
  #endpoint: string | undefined;

  /** @param find such as {@link findEngine}, or {@link engineAt} for one that was written down */
  constructor(find: () => Promise<FoundEngine>, endpoint?: string) {
    this.#find = find;
    this.#endpoint = endpoint;
  }

  /** Its address to write down; undefined until it was found. */
  get endpoint(): string | undefined {
    return this.#endpoint;
  }

  /** @throws LabError when there is none, saying what was looked at */
  found(): Promise<FoundEngine> {
    this.#found ??= this.#find().then(
      (engine) => {
        this.#endpoint = engine.endpoint.url;
        return engine;
      },
      (error: unknown) => {
        // It may be started later.
        this.#found = undefined;
        throw error;
      },
    );
    return this.#found;
  }

  /** @throws LabError when there is none, saying what was looked at */
  docker(): Promise<Docker> {
    this.#docker ??= this.found().then(
      async ({ endpoint }) => (await import('./connect.ts')).connectEngine(endpoint),
      (error: unknown) => {
        this.#docker = undefined;
        throw error;
      },
    );
    return this.#docker;
  }

  /** See `Runtime.probe`. */
  async probe(): Promise<ProbeReport> {
    try {
      return reportOf(await this.found());
    } catch (error) {
      if (error instanceof LabError) return reportOf(error);
      throw error;
    }
  }
}
