import type { Server } from '../server/server.ts';

/** A request to the admin interface. */
export interface AdminRequest {
  readonly method: string;
  /** Without its query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
}

export interface AdminResponse {
  /** 200 when absent. */
  readonly status?: number;
  /** `text/plain; charset=UTF-8` when absent. */
  readonly contentType?: string;
  /** It says `nosniff` itself, beside what every answer says. */
  readonly saysNosniff?: boolean;
  readonly body: string;
}

/** A parameter of a page's query, for `/help`. */
export interface AdminParameter {
  readonly name: string;
  readonly help: string;
  /** The values it takes, when they are few. */
  readonly values?: readonly string[];
}

/** One page of the admin interface: a row of the registry. */
export interface AdminHandler {
  /** `/ready`. */
  readonly path: string;
  readonly help: string;
  readonly parameters?: readonly AdminParameter[];
  /** It changes something: only POST is taken. */
  readonly mutates?: boolean;
  handle(request: AdminRequest, server: Server): AdminResponse;
}

/** An answer in JSON as Envoy lays it out: indented by one space, with a line feed at the end. */
export function jsonResponse(value: unknown): AdminResponse {
  return { contentType: 'application/json', body: `${JSON.stringify(value, null, 1)}\n` };
}

export const ok: AdminResponse = { body: 'OK\n' };
