/** Where requests go and what they are. */
export interface Target {
  readonly scheme: 'http' | 'https';
  readonly port: number;
  readonly path: string;
  readonly connections: number;
  /** Of every request; 0: a GET. */
  readonly bodyBytes: number;
  /** Of every response's body. */
  readonly answerBytes: number;
}

/** What one run of a generator counted, all of it right. */
export interface Load {
  /** Requests or messages that were answered. */
  readonly count: number;
  readonly seconds: number;
  /** ms. */
  readonly p99: number;
}

/** A load generator. */
export interface Generator {
  /** Loads the target for so long. @throws Error when anything at all failed or was not of the right size */
  run(target: Target, seconds: number, list?: string): Promise<Load>;
  /** One request, looked at closely. @throws Error when it is not answered as the upstream answers */
  check(target: Target): Promise<void>;
}
