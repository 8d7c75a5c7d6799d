import type { ErrorCode } from '../../../error.ts';
import type { NodeSpec } from '../../node-spec.ts';
import type { ExecRequest, LogRequest, ObservedLab } from '../../runtime.ts';

/**
 * The control protocol between a client and a lab's supervisor, over the Unix socket in the lab's state folder.
 *
 * One connection carries one call. The client sends a {@link Request} as one line of JSON; the supervisor
 * answers one line: a {@link Reply}. What follows depends on the call:
 *
 * - `watch`, `logs`: one line of JSON per item, until either side closes
 * - `connect`: raw bytes both ways
 * - `exec`: frames both ways (see `frames.ts`)
 * - `readFile`: raw bytes, as many as the reply's `length` says
 * - `dial`: nothing; the address lives as long as the connection
 * - all others: nothing; the supervisor closes
 *
 * Closing the connection cancels the call. A supervisor that does not know the version answers an error.
 */
export const PROTOCOL_VERSION = 1;

/** Arguments and result of every call. */
export interface Calls {
  observe: { args: Record<never, never>; result: ObservedLab };
  create: { args: { nodes: readonly NodeSpec[] }; result: null };
  update: { args: { nodes: readonly NodeSpec[] }; result: null };
  start: { args: { node: string; containers?: readonly string[] }; result: null };
  stop: { args: { node: string; containers?: readonly string[]; graceMs?: number }; result: null };
  kill: { args: { node: string; container?: string; signal: NodeJS.Signals }; result: null };
  pause: { args: { node: string }; result: null };
  unpause: { args: { node: string }; result: null };
  remove: { args: { nodes: readonly string[] }; result: null };
  /** The whole lab; the supervisor is gone when the connection closes. */
  shutdown: { args: Record<never, never>; result: null };
  watch: { args: Record<never, never>; result: null };
  logs: { args: Omit<LogRequest, 'signal'>; result: null };
  exec: { args: ExecRequest; result: null };
  connect: { args: { node: string; port: number }; result: null };
  dial: { args: { node: string; port: number }; result: { host: string; port: number } };
  readFile: { args: { node: string; container?: string; path: string }; result: { length: number } };
}

export type CallName = keyof Calls;

export interface Request<Name extends CallName = CallName> {
  readonly version: number;
  readonly call: Name;
  readonly args: Calls[Name]['args'];
}

/** A {@link LabError} on its way over the socket. */
export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
  /** What the system said, such as `ECONNREFUSED`: the `code` of the error's cause. */
  readonly systemCode?: string;
}

export type Reply<Result = unknown> = { readonly ok: Result } | { readonly error: WireError };
