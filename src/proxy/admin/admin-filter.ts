import { FilterStatus, type StreamDecoderFilterCallbacks, type StreamFilter } from '../http/filter.ts';
import { type RequestHeaders, ResponseHeaders } from '../http/headers.ts';
import type { Server } from '../server/server.ts';
import type { AdminHandler, AdminResponse } from './handler.ts';
import { helpText } from './help.ts';
import { parseQuery } from './query.ts';

const maxBodyBytes = 1 << 20;

/** Ends the filter chain of the admin listener: answers from the table of handlers. */
export class AdminFilter implements StreamFilter {
  readonly #server: Server;
  readonly #handlers: readonly AdminHandler[];
  readonly #allows: (path: string) => boolean;
  #callbacks!: StreamDecoderFilterCallbacks;
  #headers: RequestHeaders | undefined;
  #body: Buffer[] = [];
  #bodyLength = 0;

  /** @param allows says whether a path may be asked for (`allow_paths`) */
  constructor(server: Server, handlers: readonly AdminHandler[], allows: (path: string) => boolean) {
    this.#allows = allows;
    this.#server = server;
    this.#handlers = handlers;
  }

  setDecoderFilterCallbacks(callbacks: StreamDecoderFilterCallbacks): void {
    this.#callbacks = callbacks;
  }

  decodeHeaders(headers: RequestHeaders, endStream: boolean): FilterStatus {
    this.#headers = headers;
    if (endStream) this.#answer();
    return FilterStatus.StopIteration;
  }

  decodeData(data: Buffer, endStream: boolean): FilterStatus {
    // Forms are all that is read; who sends more does not get to fill the memory.
    if (this.#bodyLength < maxBodyBytes) this.#body.push(data);
    this.#bodyLength += data.length;
    if (endStream) this.#answer();
    return FilterStatus.StopIterationNoBuffer;
  }

  decodeTrailers(): FilterStatus {
    this.#answer();
    return FilterStatus.StopIteration;
  }

  #answer(): void {
    const answer = this.#handle(this.#headers!);
    const { status = 200, contentType = 'text/plain; charset=UTF-8', body } = answer;
    const headers = new ResponseHeaders();
    headers.status = status;
    if (answer.saysNosniff) headers.add('x-content-type-options', 'nosniff');
    headers.add('content-type', contentType);
    headers.add('cache-control', 'no-cache, max-age=0');
    headers.add('x-content-type-options', 'nosniff');
    this.#callbacks.streamInfo.responseCodeDetails = 'admin_filter_response';
    this.#callbacks.encodeHeaders(headers, false);
    this.#callbacks.encodeData(Buffer.from(body), true);
  }

  #handle({ method, path: target }: RequestHeaders): AdminResponse {
    const at = target.indexOf('?');
    const path = at < 0 ? target : target.slice(0, at);
    if (!this.#allows(path)) return { status: 403, body: `request to path ${path} not allowed` };
    const handler = this.#handlers.find((one) => one.path === path);
    if (handler === undefined) return { status: 404, body: `invalid path. ${helpText(this.#handlers)}` };
    if (handler.mutates && method !== 'POST')
      return { status: 405, body: `Method ${method} not allowed, POST required.` };
    const query = parseQuery(at < 0 ? '' : target.slice(at + 1));
    return handler.handle({ method, path, query, body: Buffer.concat(this.#body).toString() }, this.#server);
  }
}
