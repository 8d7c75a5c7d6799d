import {
  FilterStatus,
  type StreamEncoderFilterCallbacks,
  type StreamFilter,
  type StreamFilterCallbacks,
} from '../../../http/filter.ts';
import type { HeaderMap, RequestHeaders, ResponseHeaders } from '../../../http/headers.ts';
import type { HeaderChange } from './extension.ts';

/** Changes the fields of a request on its way up and of its response on its way down. */
export class HeaderMutationFilter implements StreamFilter {
  readonly #request: readonly HeaderChange[];
  readonly #response: readonly HeaderChange[];
  #callbacks!: StreamFilterCallbacks;

  constructor(request: readonly HeaderChange[], response: readonly HeaderChange[]) {
    this.#request = request;
    this.#response = response;
  }

  setDecoderFilterCallbacks(callbacks: StreamFilterCallbacks): void {
    this.#callbacks = callbacks;
  }

  setEncoderFilterCallbacks(callbacks: StreamEncoderFilterCallbacks): void {
    this.#callbacks = callbacks;
  }

  decodeHeaders(headers: RequestHeaders): FilterStatus {
    this.#apply(this.#request, headers, headers, undefined);
    return FilterStatus.Continue;
  }

  encodeHeaders(headers: ResponseHeaders): FilterStatus {
    this.#apply(this.#response, headers, this.#callbacks.requestHeaders, headers);
    return FilterStatus.Continue;
  }

  #apply(
    changes: readonly HeaderChange[],
    headers: HeaderMap,
    request: RequestHeaders | undefined,
    response: ResponseHeaders | undefined,
  ): void {
    const context = { info: this.#callbacks.streamInfo, request, response };
    for (const change of changes) change(headers, context);
  }
}
