/** What an upstream says when it is asked once. */
export interface ResponseCase {
  readonly name: string;
  /** latin1. */
  readonly bytes: string;
  readonly method: 'GET' | 'HEAD' | 'POST';
  /** What comes behind its bytes. */
  readonly behind: 'nothing' | 'fin';
}

export interface ResponseVerdict {
  /** 1xx answers that came first: status and fields. */
  readonly interim: readonly string[];
  /** 0: none came. */
  readonly status: number;
  /** Without those the connection manager adds or strips. */
  readonly fields: readonly string[];
  readonly body: string;
  /** `complete`, `waiting`, or why it broke off: `protocol_error`, `connection_termination`. */
  readonly end: string;
  /** The proxy closed the upstream connection by itself. */
  readonly closed: boolean;
}

const managers = new Set([
  'connection',
  'date',
  'keep-alive',
  'proxy-connection',
  'server',
  'transfer-encoding',
  'upgrade',
  'x-envoy-upstream-service-time',
]);

/** Whether the battery compares the field. */
export function isComparedInResponse(name: string): boolean {
  return !managers.has(name);
}
