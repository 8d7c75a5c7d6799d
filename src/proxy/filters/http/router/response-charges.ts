import type { Host } from '../../../cluster/cluster.ts';
import { isGrpcRequest, isGrpcSuccess } from '../../../http/grpc.ts';
import type { HeaderMap, RequestHeaders, ResponseHeaders } from '../../../http/headers.ts';
import type { CodeStats, RouterClusterStats } from './code-stats.ts';

/** Counts what becomes of one request, for its cluster and the hosts that were asked. */
export class ResponseCharges {
  readonly #codes: CodeStats;
  readonly #altCodes: CodeStats | undefined;
  readonly #headers: RequestHeaders;
  readonly #enabled: boolean;
  /** It is a request of gRPC, whose status alone tells how it went. */
  readonly grpc: boolean;
  #awaitsStatus = false;

  /** Takes `x-envoy-upstream-alt-stat-name` out of the request. `enabled`: `dynamic_stats`. */
  constructor(stats: RouterClusterStats, headers: RequestHeaders, enabled: boolean) {
    this.#codes = stats.codes;
    this.#headers = headers;
    this.#enabled = enabled;
    this.grpc = isGrpcRequest(headers);
    const name = headers.get('x-envoy-upstream-alt-stat-name');
    if (name === undefined) return;
    this.#altCodes = stats.alternative(name);
    headers.remove('x-envoy-upstream-alt-stat-name');
  }

  /** A response, of a host or (undefined) in its stead. */
  code(status: number, host: Host | undefined, canary: boolean): void {
    if (!this.#enabled) return;
    const internal = this.#internal;
    this.#codes.charge(status, internal, canary);
    this.#altCodes?.charge(status, internal, canary);
    if (host !== undefined && status >= 500 && status <= 599) host.stats.rqError.inc();
  }

  /** The head of an answer that is no error of HTTP. */
  success({ stats }: Host, headers: ResponseHeaders, endStream: boolean): void {
    if (!this.grpc) stats.rqSuccess.inc();
    else if (endStream) stats[isGrpcSuccess(headers) ? 'rqSuccess' : 'rqError'].inc();
    else this.#awaitsStatus = true;
  }

  /** The end of an answer: of gRPC without trailers, a failure. */
  trailers({ stats }: Host, trailers: HeaderMap | undefined): void {
    if (!this.#awaitsStatus) return;
    this.#awaitsStatus = false;
    stats[trailers !== undefined && isGrpcSuccess(trailers) ? 'rqSuccess' : 'rqError'].inc();
  }

  /** A complete response took `ms`. */
  time(ms: number, canary: boolean): void {
    if (!this.#enabled) return;
    const internal = this.#internal;
    this.#codes.time(ms, internal, canary);
    this.#altCodes?.time(ms, internal, canary);
  }

  get #internal(): boolean {
    return this.#headers.get('x-envoy-internal') === 'true';
  }
}

/** Of a host that is tried out, or of one that says so. */
export function isCanary(headers: ResponseHeaders, host: Host): boolean {
  return host.canary || headers.get('x-envoy-upstream-canary') === 'true';
}
