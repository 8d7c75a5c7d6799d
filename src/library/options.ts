import type { Readable } from 'node:stream';
import type { CheckResult } from '../check/result.ts';
import type { LabEvent } from '../lab/event.ts';

/** What every call takes. */
export interface CallOptions {
  /** Ends the call: it is rejected with a LabError `interrupted`. */
  readonly signal?: AbortSignal | undefined;
}

/** For calls that wait until containers are ready. */
export interface WaitOptions extends CallOptions {
  /** ms they may take; 60 000 when not said. */
  readonly timeoutMs?: number | undefined;
}

/** Where a lab is looked for. */
export interface OpenOptions extends CallOptions {
  /**
   * Variables over those of this process, for what envoy-lab itself reads: `PATH`, `ENVOY_PATH`, `XDG_STATE_HOME`,
   * `DOCKER_HOST`, `ENVOY_LAB_RUNTIME`, `ENVOY_LAB_ENGINE`, … ; undefined takes one away. Containers do not see them.
   */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Told what happens, as the command line tells its progress. The library itself prints nothing. */
  readonly onEvent?: ((event: LabEvent) => void) | undefined;
}

/** How a lab is started. */
export interface UpOptions extends OpenOptions, WaitOptions {
  /**
   * The lab's name: a second `up` of that name changes the running lab. When not said, one that is this call's alone:
   * the sandbox's and a random end, so that tests side by side do not meet.
   */
  readonly name?: string | undefined;
  /** Where containers run: `process` or `docker`. When not said, ENVOY_LAB_RUNTIME, else what the machine has. */
  readonly runtime?: string | undefined;
  /**
   * What runs Envoy configs: `ts` or `envoy` (`envoy@1.38` for one of several versions), for all of the lab or by node
   * (`{ service1: 'envoy' }`) or container (`{ 'service1/sidecar': 'envoy' }`). When not said, ENVOY_LAB_ENGINE, else `ts`.
   */
  readonly engine?: string | Readonly<Record<string, string>> | undefined;
  /** Replicas by node: `{ service1: 3 }`. */
  readonly scale?: Readonly<Record<string, number>> | undefined;
  /**
   * Ports of the host that have to be these, by node and port: `{ 'front-envoy': { http: 8080 } }`. All others are the
   * node's own number if it is free, else any free one.
   */
  readonly publish?: Readonly<Record<string, Readonly<Record<string, number>>>> | undefined;
  /**
   * Images of registries that the sandbox's containers name, to images of envoy-lab or of the sandbox that run in their
   * place: `{ 'quay.io/team/shop:1.2': 'http-app' }`.
   */
  readonly images?: Readonly<Record<string, string>> | undefined;
  /** Pull container images from their registry, also where they could be assembled from this machine's files. */
  readonly pull?: boolean | undefined;
  /** When it fails, leave everything as it is, to look around with `envoy-lab`. */
  readonly keep?: boolean | undefined;
}

/** Where a request is sent from. */
export interface CurlOptions extends CallOptions {
  /** A node (its first replica) or a replica; needs nothing in its image. When not said, the host. */
  readonly from?: string | undefined;
}

/** Which container of a node. */
export interface ContainerOptions extends CallOptions {
  /** Its name; when not said, the node's first (for `stats` its first proxy, for `kill` all of them). */
  readonly container?: string | undefined;
}

/** How a command is run in a node. */
export interface ExecOptions extends ContainerOptions {
  /** What it reads; nothing when not said. A stream has to be this call's alone; its failure is the call's. */
  readonly stdin?: string | Uint8Array | Readable | undefined;
  /** Added to the container's environment. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Name or id. */
  readonly user?: string | undefined;
  readonly workdir?: string | undefined;
  /** ms it may take; then it is killed, and the call rejected with a LabError `runtime`. */
  readonly timeoutMs?: number | undefined;
}

/** What a command printed, as UTF-8. */
export interface ExecResult {
  /** 126: found, not executable; 127: not found; 128 + n: ended by signal n. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** From start to exit. */
  readonly timeMs: number;
}

/** How a container is killed. */
export interface KillOptions extends ContainerOptions {
  /** The signal to send; `SIGKILL` when not said. */
  readonly killSignal?: NodeJS.Signals | undefined;
}

/** Which log lines. */
export interface LogOptions extends ContainerOptions {
  /** Go on with new lines until the signal aborts or the loop is left. */
  readonly follow?: boolean | undefined;
  /** Only this many last lines of each container. */
  readonly tail?: number | undefined;
  /** Only lines from this time on. */
  readonly since?: Date | undefined;
}

/** How checks are run. */
export interface CheckOptions extends CallOptions {
  /** Told of each result as it comes. */
  readonly onResult?: ((result: CheckResult) => void) | undefined;
}

/** A local address that leads to a port of a node. Disposing or closing it ends what uses it; so does the lab's end. */
export interface Dialed extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  close(): Promise<void>;
}
