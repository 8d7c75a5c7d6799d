import { LabError } from '../../../error.ts';

/** The API server's refusal: `Status` of its answer. */
export class ApiError extends Error {
  /** HTTP status. */
  readonly status: number;
  /** Such as `AlreadyExists`, `Forbidden`, `Expired`. */
  readonly reason: string;
  /** How long the server wants to be left alone, in ms (RFC 9110, 10.2.3: `Retry-After`). */
  readonly retryAfterMs: number | undefined;

  constructor(status: number, reason: string, message: string, retryAfterMs?: number) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.reason = reason;
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * @param body what came with the status: JSON of a `Status`, or any text
 * @param retryAfter the header of that name; an API server says seconds
 */
export function apiError(status: number, body: string, retryAfter?: string): ApiError {
  const ms = Number(retryAfter) >= 0 ? Number(retryAfter) * 1000 : undefined;
  try {
    const { reason, message } = JSON.parse(body) as { reason?: string; message?: string };
    if (message !== undefined) return new ApiError(status, reason ?? '', message, ms);
  } catch {
    // A proxy on the way, or a server that speaks plain text.
  }
  return new ApiError(status, '', body.trim().slice(0, 500) || `HTTP status ${status}`, ms);
}

export const isMissing = (error: unknown) => error instanceof ApiError && error.status === 404;
export const isConflict = (error: unknown) => error instanceof ApiError && error.status === 409;
/** What was watched from is too old: it has to be listed anew. */
export const isExpired = (error: unknown) =>
  error instanceof ApiError &&
  (error.status === 410 || error.reason === 'Expired' || error.reason === 'Gone');

const broken =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ECONNABORTED)$/;

/** Nothing answered, or what answered went away. */
export function isDisconnected(error: unknown): boolean {
  const { code = '', message = '' } = error as NodeJS.ErrnoException;
  return !(error instanceof ApiError) && (broken.test(code) || /socket hang up|aborted/.test(message));
}

/** It answers, but cannot serve at the moment: it says so, or when to ask again. */
export const isBusy = (error: unknown) =>
  error instanceof ApiError &&
  ([429, 502, 503, 504].includes(error.status) || (error.status >= 500 && error.retryAfterMs !== undefined));

/** What Node.js calls a certificate that it does not trust, and a way that is not encrypted as it has to be. */
const untrusted = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET|^ERR_TLS|^ERR_SSL|^EPROTO$/;

interface Explanation {
  readonly why: string;
  readonly hint?: string;
}

/** What the API server refuses to a user it knows (403): a right is missing, or a rule is against it. First match counts. */
const refusals: readonly (Explanation & { readonly said: RegExp })[] = [
  {
    said: /exceeded quota/,
    why: "the namespace's quota is used up",
    hint: 'ask for more, end what runs there, or use another namespace with --namespace',
  },
  {
    said: /because it is being terminated/,
    why: 'the namespace is being deleted',
    hint: 'run the command again when it is gone, or use another one with --namespace',
  },
  {
    said: /violates PodSecurity/,
    why: "the namespace's pod security standard does not allow it",
    hint: 'use another namespace, or have its label pod-security.kubernetes.io/enforce say baseline; pods of envoy-lab export are fine with restricted',
  },
  {
    said: /security context constraint/,
    why: "the cluster's security context constraints do not allow it",
    hint: 'ask for the constraint anyuid for the namespace; pods of envoy-lab export need none',
  },
  {
    said: /cannot \S+ resource "namespaces"/,
    why: 'the cluster does not allow it',
    hint: 'where no namespace may be made, name one that is there: envoy-lab up … --namespace NS',
  },
  {
    said: /cannot \S+ resource "/,
    why: 'the cluster does not allow it',
    hint: 'ask whoever runs the cluster for that right, or use another context or --namespace',
  },
  {
    said: /./,
    why: 'a rule of the cluster is against it',
    hint: 'it is a limit of the namespace, or a policy: use another namespace with --namespace, or ask whoever runs the cluster',
  },
];

function explanationOf(error: unknown, said: string): Explanation {
  if (isDisconnected(error)) {
    return {
      why: 'the Kubernetes API server does not answer',
      hint: 'is the cluster up? kubectl version asks it too; run the command again when it is',
    };
  }
  if (!(error instanceof ApiError)) {
    return untrusted.test((error as NodeJS.ErrnoException).code ?? '')
      ? {
          why: 'the API server cannot be trusted',
          hint: "certificate-authority-data of the cluster in the kubeconfig has to be that of the server's certificate",
        }
      : { why: '' };
  }
  if (error.status === 401) {
    return {
      why: 'the API server does not know who you are',
      hint: 'log in to the cluster again: its credentials in the kubeconfig are wrong or have expired',
    };
  }
  if (isBusy(error)) {
    return { why: 'the API server cannot serve at the moment', hint: 'run the command again in a while' };
  }
  return (error.status === 403 && refusals.find((refusal) => refusal.said.test(said))) || { why: '' };
}

/**
 * Says what went wrong while something was done; an error that says so already is passed on.
 * @param doing such as `start web-1`; undefined where whoever tells the error says it
 */
export function explain(error: unknown, doing?: string): LabError {
  if (error instanceof LabError) return error;
  const said = ((error as Error).message ?? String(error)).trim();
  const { why, hint } = explanationOf(error, said);
  const text = why === '' ? said : `${why} (${said})`;
  return new LabError('runtime', doing === undefined ? text : `cannot ${doing}: ${text}`, {
    hint,
    cause: error,
  });
}

/** Does something; what goes wrong is explained. */
export async function doing<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw explain(error, what);
  }
}
