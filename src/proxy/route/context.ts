import type { FormatEnvironment } from '../format/environment.ts';
import type { Runtime } from '../runtime/runtime.ts';

/** What compiling and matching routes need of the rest of the process. */
export interface RouteContext {
  readonly environment: FormatEnvironment;
  readonly runtime: Runtime;
  /** An unsigned 32-bit random integer: draws weighted clusters and runtime fractions. */
  random(): number;
  /** Reads a file named by the config. */
  readFile(path: string): Buffer;
  /** The clusters there are. Routes to others are refused; undefined: not checked. */
  readonly clusters: ReadonlySet<string> | undefined;
}
