import type { Route } from '../route/route.ts';
import { FilterStatus, type StreamEncoderFilterCallbacks, type StreamFilter } from './filter.ts';
import type { FilterManager } from './filter-manager.ts';
import type { HeaderMap, RequestHeaders, ResponseHeaders } from './headers.ts';
import type { StreamInfo } from './stream-info.ts';

/** The response's way through the filters, last filter first. */
export class EncodeChain {
  running = 0;
  /** A local reply took the place of what was on its way. */
  aborted = false;
  /** The response's head has gone to the codec. */
  headersSent = false;
  readonly #manager: FilterManager;
  readonly #entries: EncoderEntry[] = [];
  #trailers: HeaderMap | undefined;
  #complete = false;
  #ended = false;
  #buffered: Buffer[] | undefined;
  #bufferedBytes = 0;

  constructor(manager: FilterManager, filters: readonly StreamFilter[]) {
    this.#manager = manager;
    for (let i = filters.length - 1; i >= 0; i--) {
      const filter = filters[i]!;
      if (!encodes(filter)) continue;
      const entry = new EncoderEntry(manager, this, filter, this.#entries.length);
      this.#entries.push(entry);
      filter.setEncoderFilterCallbacks?.(entry);
    }
  }

  headers1xx(headers: ResponseHeaders): void {
    this.#manager.callbacks.resetIdleTimer();
    for (const { filter } of this.#entries) {
      if (filter.encode1xxHeaders === undefined) continue;
      this.running++;
      const status = filter.encode1xxHeaders(headers);
      this.running--;
      if (this.#over || status !== FilterStatus.Continue) return;
    }
    this.#manager.callbacks.encode1xxHeaders(headers);
  }

  headers(headers: ResponseHeaders, endStream: boolean): void {
    const { callbacks } = this.#manager;
    callbacks.resetIdleTimer();
    callbacks.disarmRequestTimeout();
    this.#complete = endStream;
    this.#headersFrom(0, headers, endStream);
  }

  data(data: Buffer, endStream: boolean): void {
    if (endStream) this.#complete = true;
    this.#dataFrom(0, data, endStream);
  }

  trailers(trailers: HeaderMap): void {
    this.#trailers = trailers;
    this.#complete = true;
    this.#trailersFrom(0, trailers);
  }

  /** Sends an answer in place of one whose headers are held by a filter; no filter sees it. */
  sendPastFilters(headers: ResponseHeaders, body: string): void {
    this.aborted = true;
    this.#sendHeaders(headers, body === '');
    if (body !== '' && !this.#manager.destroyed) this.#sendData(Buffer.from(body, 'latin1'), true);
  }

  continueFrom(entry: EncoderEntry): void {
    if (this.#over || entry.stopped === FilterStatus.Continue) return;
    const stoppedAll = entry.stopped >= FilterStatus.StopAllIterationAndBuffer;
    entry.stopped = FilterStatus.Continue;
    const complete = this.#complete;
    const trailers = this.#trailers;
    const headers = this.#manager.callbacks.responseHeaders;
    if (!entry.headersContinued && headers !== undefined) {
      entry.headersContinued = true;
      const last = complete && this.#buffered === undefined && trailers === undefined;
      this.#headersFrom(entry.index + 1, headers, last);
    }
    const next = stoppedAll ? entry.index : entry.index + 1;
    const data = this.#takeBuffered();
    if (data !== undefined) this.#dataFrom(next, data, complete && trailers === undefined);
    if (trailers !== undefined) this.#trailersFrom(next, trailers);
  }

  get #over(): boolean {
    return this.aborted || this.#manager.destroyed;
  }

  #headersFrom(start: number, headers: ResponseHeaders, endStream: boolean): void {
    const entries = this.#entries;
    for (let i = start; i < entries.length; i++) {
      const entry = entries[i]!;
      entry.endStream = endStream;
      const { filter } = entry;
      if (filter.encodeHeaders !== undefined) {
        this.running++;
        const status = filter.encodeHeaders(headers, endStream);
        this.running--;
        if (this.#over) return;
        if (status !== FilterStatus.Continue) {
          entry.stopped = status;
          return;
        }
      }
      entry.headersContinued = true;
    }
    this.#sendHeaders(headers, endStream);
  }

  #dataFrom(start: number, data: Buffer, endStream: boolean): void {
    this.#manager.callbacks.resetIdleTimer();
    const entries = this.#entries;
    for (let i = start; i < entries.length; i++) {
      if (this.#over) return;
      const entry = entries[i]!;
      if (entry.stopped >= FilterStatus.StopAllIterationAndBuffer) {
        this.#hold(data);
        return;
      }
      if (entry.endStream) return;
      entry.endStream = endStream;
      const { filter } = entry;
      let status: FilterStatus = FilterStatus.Continue;
      if (filter.encodeData !== undefined) {
        this.running++;
        status = filter.encodeData(data, endStream);
        this.running--;
        if (this.#over) return;
      }
      if (status === FilterStatus.Continue) {
        if (entry.stopped === FilterStatus.Continue) continue;
        this.#hold(data);
        this.continueFrom(entry);
        return;
      }
      entry.stopped = FilterStatus.StopIteration;
      if (status !== FilterStatus.StopIterationNoBuffer) this.#hold(data);
      else if (endStream) this.#buffered ??= [];
      return;
    }
    if (!this.#over) this.#sendData(data, endStream);
  }

  #trailersFrom(start: number, trailers: HeaderMap): void {
    const entries = this.#entries;
    for (let i = start; i < entries.length; i++) {
      if (this.#over) return;
      const entry = entries[i]!;
      if (entry.stopped >= FilterStatus.StopAllIterationAndBuffer) return;
      const { filter } = entry;
      let status: FilterStatus = FilterStatus.Continue;
      if (filter.encodeTrailers !== undefined) {
        this.running++;
        status = filter.encodeTrailers(trailers);
        this.running--;
        if (this.#over) return;
      }
      if (status !== FilterStatus.Continue) {
        if (entry.stopped === FilterStatus.Continue) entry.stopped = FilterStatus.StopIteration;
        return;
      }
      if (entry.stopped !== FilterStatus.Continue) {
        this.continueFrom(entry);
        return;
      }
    }
    if (this.#over) return;
    this.#manager.callbacks.encodeTrailers(trailers);
    this.#end();
  }

  #sendHeaders(headers: ResponseHeaders, endStream: boolean): void {
    this.headersSent = true;
    this.#manager.callbacks.encodeHeaders(headers, endStream);
    if (endStream) this.#end();
  }

  #sendData(data: Buffer, endStream: boolean): void {
    this.#manager.callbacks.encodeData(data, endStream);
    if (endStream) this.#end();
  }

  #end(): void {
    if (this.#ended || this.#manager.destroyed) return;
    this.#ended = true;
    this.#manager.callbacks.endStream();
  }

  #hold(data: Buffer): void {
    const { callbacks } = this.#manager;
    this.#buffered ??= [];
    this.#buffered.push(data);
    this.#bufferedBytes += data.length;
    if (this.#bufferedBytes <= callbacks.bufferLimit || callbacks.bufferLimit === 0) return;
    callbacks.onDataTooLarge('response');
    this.#manager.sendLocalReply({
      status: 500,
      body: 'Internal Server Error',
      details: 'response_payload_too_large',
    });
  }

  #takeBuffered(): Buffer | undefined {
    if (this.#buffered === undefined) return undefined;
    const data = Buffer.concat(this.#buffered);
    this.#buffered = undefined;
    this.#bufferedBytes = 0;
    return data;
  }
}

function encodes(filter: StreamFilter): boolean {
  return (
    filter.encodeHeaders !== undefined ||
    filter.encodeData !== undefined ||
    filter.encodeTrailers !== undefined ||
    filter.encode1xxHeaders !== undefined
  );
}

class EncoderEntry implements StreamEncoderFilterCallbacks {
  readonly filter: StreamFilter;
  readonly index: number;
  stopped: FilterStatus = FilterStatus.Continue;
  headersContinued = false;
  endStream = false;
  readonly #manager: FilterManager;
  readonly #chain: EncodeChain;

  constructor(manager: FilterManager, chain: EncodeChain, filter: StreamFilter, index: number) {
    this.#manager = manager;
    this.#chain = chain;
    this.filter = filter;
    this.index = index;
  }

  get streamInfo(): StreamInfo {
    return this.#manager.callbacks.streamInfo;
  }

  get requestHeaders(): RequestHeaders | undefined {
    return this.#manager.callbacks.requestHeaders;
  }

  get responseHeaders(): ResponseHeaders | undefined {
    return this.#manager.callbacks.responseHeaders;
  }

  route(): Route | null {
    return this.#manager.callbacks.route();
  }

  clearRouteCache(): void {
    this.#manager.callbacks.clearRouteCache();
  }

  continueEncoding(): void {
    this.#chain.continueFrom(this);
  }
}
