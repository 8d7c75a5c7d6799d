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
  readonly body: string;
}

/** One page of the admin interface: a row of the registry. */
export interface AdminHandler {
  /** `/ready`. */
  readonly path: string;
  readonly help: string;
  /** It changes something: only POST is taken. */
  readonly mutates?: boolean;
  handle(request: AdminRequest, server: Server): AdminResponse;
}
