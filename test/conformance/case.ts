/**
 * A conformance case: an Envoy config, scripted upstreams, what a client sends, and what to look at afterwards. It runs
 * on our data plane and on the real Envoy, and the two observations must be equal: there is no expected result to write
 * down, the binary is the expectation.
 */
export interface Case {
  /** `area/what`, unique. */
  readonly name: string;
  /** Overrides and parts of the config that `config.ts` puts together. */
  readonly config?: ConfigParts;
  /** By name; `up` when absent, which answers 200 `ok`. The cluster of the same name leads to it. */
  readonly upstreams?: Readonly<Record<string, UpstreamScript>>;
  /** Admin requests made before the exchanges, `POST /path`; their answers are not looked at. */
  readonly before?: readonly string[];
  readonly exchanges: readonly Exchange[];
  /** Compare the stats whose name matches; histograms are left out. */
  readonly stats?: RegExp;
  /** Compare these admin answers, `GET /path` or `POST /path`. */
  readonly admin?: readonly string[];
  /** How many access log lines to wait for; one an exchange when absent. 0: do not look at the log. */
  readonly logLines?: number;
  /** Both must refuse the config; a refusal that is not announced so is an error of the case. */
  readonly refused?: boolean;
  /** The reason why the two may differ. Such a case fails when they are equal after all. */
  readonly knownDifference?: string;
}

/** Parts of a bootstrap. Everything is plain Envoy v3, as JSON. */
export interface ConfigParts {
  /** Fields to add to the HTTP connection manager. */
  readonly hcm?: Readonly<Record<string, unknown>>;
  /** Replaces the one catch-all virtual host. */
  readonly virtualHosts?: readonly unknown[];
  /** Routes of the catch-all virtual host; `{ prefix: / } → cluster up` when absent. */
  readonly routes?: readonly unknown[];
  /** Fields to add to the RouteConfiguration. */
  readonly routeConfig?: Readonly<Record<string, unknown>>;
  /** Fields to add to the catch-all virtual host. */
  readonly virtualHost?: Readonly<Record<string, unknown>>;
  /** Fields to add to each upstream's cluster, by upstream name. */
  readonly clusters?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Further clusters. */
  readonly extraClusters?: readonly unknown[];
  /** HTTP filters before the router. */
  readonly filters?: readonly unknown[];
  /** Fields to add to the listener. */
  readonly listener?: Readonly<Record<string, unknown>>;
  /** Fields to add to the filter chain (a transport socket, say). */
  readonly filterChain?: Readonly<Record<string, unknown>>;
  /** Fields to add to the bootstrap. */
  readonly bootstrap?: Readonly<Record<string, unknown>>;
  /** Fields of the access log line beside the default ones: name → format string. */
  readonly log?: Readonly<Record<string, string>>;
  /** Replaces the HTTP connection manager's access log whole. */
  readonly accessLog?: readonly unknown[];
}

/** What an upstream does with the requests it gets, in the order they arrive; the last entry repeats. */
export interface UpstreamScript {
  readonly answers?: readonly Answer[];
  /** Nothing listens. */
  readonly refuse?: boolean;
}

export interface Answer {
  /** Bytes to send back, when the request's head (`on: 'head'`) or the whole request has arrived. */
  readonly raw?: string;
  readonly on?: 'head' | 'request';
  /** Afterwards: keep the connection (default), FIN, RST, or never answer. */
  readonly finally?: 'keep' | 'close' | 'reset';
}

/** One client connection. */
export interface Exchange {
  /** What is sent, in order; with several parts the next is sent when the condition before it is met. */
  readonly send:
    | string
    | readonly (string | { readonly afterResponses: number } | { readonly afterUpstreamBytes: number })[];
  /** How many whole responses to wait for; 1 when absent. */
  readonly responses?: number;
  /** Wait for the proxy to close the connection. Done by itself after `connection: close`. */
  readonly untilClosed?: boolean;
  /** Once all is sent and the awaited has come: half-close, or reset. */
  readonly finally?: 'end' | 'reset';
  /** Reset the connection without waiting for responses, once the upstream has this many bytes. */
  readonly abortAfterUpstreamBytes?: number;
  /** Speak TLS, with this server name. */
  readonly tls?: { readonly servername?: string; readonly alpn?: readonly string[] };
}
