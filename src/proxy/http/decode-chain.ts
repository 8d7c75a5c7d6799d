import type { Route } from '../route/route.ts';
import {
  FilterStatus,
  type LocalReply,
  type StreamDecoderFilterCallbacks,
  type StreamFilter,
} from './filter.ts';
import type { FilterManager } from './filter-manager.ts';
import type { HeaderMap, RequestHeaders, ResponseHeaders } from './headers.ts';
import type { StreamInfo } from './stream-info.ts';

/** The request's way through the filters. */
export class DecodeChain {
  /** How many decode calls are under way (a filter may call into the chain again). */
  running = 0;
  /** A local reply was made: the filters see no more of the request. */
  aborted = false;
  readonly #manager: FilterManager;
  readonly #entries: DecoderEntry[] = [];
  #headers: RequestHeaders | undefined;
  #trailers: HeaderMap | undefined;
  /** The request's last byte has come. */
  #complete = false;
  #buffered: Buffer[] | undefined;
  #bufferedBytes = 0;
  #readDisabled = false;

  constructor(manager: FilterManager, filters: readonly StreamFilter[]) {
    this.#manager = manager;
    for (const filter of filters) {
      if (filter.setDecoderFilterCallbacks === undefined && !decodes(filter)) continue;
      const entry = new DecoderEntry(manager, this, filter, this.#entries.length);
      this.#entries.push(entry);
      filter.setDecoderFilterCallbacks?.(entry);
    }
  }

  headers(headers: RequestHeaders, endStream: boolean): void {
    this.#headers = headers;
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

  /** What a filter holds back of the body, all at once. */
  get buffered(): Buffer | undefined {
    return this.#buffered && Buffer.concat(this.#buffered);
  }

  continueFrom(entry: DecoderEntry): void {
    if (this.#over || entry.stopped === FilterStatus.Continue) return;
    const stoppedAll = entry.stopped >= FilterStatus.StopAllIterationAndBuffer;
    entry.stopped = FilterStatus.Continue;
    const headers = this.#headers!;
    // As it is now: what comes during these calls is delivered by itself.
    const complete = this.#complete;
    const trailers = this.#trailers;
    if (!entry.headersContinued) {
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

  #headersFrom(start: number, headers: RequestHeaders, endStream: boolean): void {
    const entries = this.#entries;
    for (let i = start; i < entries.length; i++) {
      if (this.#over) return;
      const entry = entries[i]!;
      entry.endStream = endStream;
      const { filter } = entry;
      let status: FilterStatus = FilterStatus.Continue;
      if (filter.decodeHeaders !== undefined) {
        this.running++;
        status = filter.decodeHeaders(headers, endStream);
        this.running--;
        if (this.#finishCall()) return;
      }
      if (status !== FilterStatus.Continue) {
        entry.stopped = status;
        break;
      }
      entry.headersContinued = true;
    }
    if (endStream) this.#manager.callbacks.disarmRequestTimeout();
  }

  #dataFrom(start: number, data: Buffer, endStream: boolean): void {
    const { callbacks } = this.#manager;
    callbacks.resetIdleTimer();
    const entries = this.#entries;
    for (let i = start; i < entries.length; i++) {
      if (this.#over) return;
      const entry = entries[i]!;
      if (entry.stopped >= FilterStatus.StopAllIterationAndBuffer) {
        this.#hold(entry, data, entry.stopped === FilterStatus.StopAllIterationAndWatermark);
        return;
      }
      if (entry.endStream) return;
      entry.endStream = endStream;
      const { filter } = entry;
      let status: FilterStatus = FilterStatus.Continue;
      if (filter.decodeData !== undefined) {
        this.running++;
        status = filter.decodeData(data, endStream);
        this.running--;
        if (this.#finishCall()) return;
      }
      if (status === FilterStatus.Continue) {
        if (entry.stopped === FilterStatus.Continue) continue;
        this.#hold(entry, data, true);
        this.continueFrom(entry);
        return;
      }
      entry.stopped = FilterStatus.StopIteration;
      if (status !== FilterStatus.StopIterationNoBuffer) {
        this.#hold(entry, data, status === FilterStatus.StopIterationAndWatermark);
      } else if (endStream && i < entries.length - 1) {
        // So that continuing can still end the stream.
        this.#buffered ??= [];
      }
      break;
    }
    if (endStream) callbacks.disarmRequestTimeout();
  }

  #trailersFrom(start: number, trailers: HeaderMap): void {
    const entries = this.#entries;
    for (let i = start; i < entries.length; i++) {
      if (this.#over) return;
      const entry = entries[i]!;
      if (entry.stopped >= FilterStatus.StopAllIterationAndBuffer) return;
      const { filter } = entry;
      let status: FilterStatus = FilterStatus.Continue;
      if (filter.decodeTrailers !== undefined) {
        this.running++;
        status = filter.decodeTrailers(trailers);
        this.running--;
        if (this.#finishCall()) return;
      }
      if (status !== FilterStatus.Continue) {
        if (entry.stopped === FilterStatus.Continue) entry.stopped = FilterStatus.StopIteration;
        break;
      }
      if (entry.stopped !== FilterStatus.Continue) {
        this.continueFrom(entry);
        return;
      }
    }
    this.#manager.callbacks.disarmRequestTimeout();
  }

  /** After a filter's call: true when the filters shall see no more. */
  #finishCall(): boolean {
    if (this.aborted && this.running === 0) this.#manager.sendPreparedReply();
    return this.#over;
  }

  #hold(entry: DecoderEntry, data: Buffer, watermark: boolean): void {
    const { callbacks } = this.#manager;
    this.#buffered ??= [];
    this.#buffered.push(data);
    this.#bufferedBytes += data.length;
    if (this.#bufferedBytes <= callbacks.bufferLimit || callbacks.bufferLimit === 0) return;
    if (watermark) {
      if (this.#readDisabled) return;
      this.#readDisabled = true;
      callbacks.onDecoderFilterAboveWriteBufferHighWatermark();
    } else {
      callbacks.onDataTooLarge('request');
      entry.sendLocalReply({ status: 413, body: 'Payload Too Large', details: 'request_payload_too_large' });
    }
  }

  #takeBuffered(): Buffer | undefined {
    if (this.#buffered === undefined) return undefined;
    const data = Buffer.concat(this.#buffered);
    this.#buffered = undefined;
    this.#bufferedBytes = 0;
    if (this.#readDisabled) {
      this.#readDisabled = false;
      this.#manager.callbacks.onDecoderFilterBelowWriteBufferLowWatermark();
    }
    return data;
  }
}

function decodes(filter: StreamFilter): boolean {
  return (
    filter.decodeHeaders !== undefined ||
    filter.decodeData !== undefined ||
    filter.decodeTrailers !== undefined
  );
}

/** A filter's place in the chain, and its window on the stream. */
export class DecoderEntry implements StreamDecoderFilterCallbacks {
  readonly filter: StreamFilter;
  readonly index: number;
  /** Where it stands: the status it stopped with, or Continue. */
  stopped: FilterStatus = FilterStatus.Continue;
  headersContinued = false;
  endStream = false;
  readonly #manager: FilterManager;
  readonly #chain: DecodeChain;

  constructor(manager: FilterManager, chain: DecodeChain, filter: StreamFilter, index: number) {
    this.#manager = manager;
    this.#chain = chain;
    this.filter = filter;
    this.index = index;
  }

  get streamInfo(): StreamInfo {
    return this.#manager.callbacks.streamInfo;
  }

  get bufferLimit(): number {
    return this.#manager.callbacks.bufferLimit;
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

  continueDecoding(): void {
    this.#chain.continueFrom(this);
  }

  sendLocalReply(reply: LocalReply): void {
    this.#manager.sendLocalReply(reply);
  }

  encode1xxHeaders(headers: ResponseHeaders): void {
    if (this.#manager.callbacks.proxy1xx) this.#manager.encode.headers1xx(headers);
  }

  encodeHeaders(headers: ResponseHeaders, endStream: boolean): void {
    this.#manager.callbacks.responseHeaders = headers;
    this.#manager.encode.headers(headers, endStream);
  }

  encodeData(data: Buffer, endStream: boolean): void {
    this.#manager.encode.data(data, endStream);
  }

  encodeTrailers(trailers: HeaderMap): void {
    this.#manager.encode.trailers(trailers);
  }

  resetStream(details: string): void {
    this.#manager.callbacks.resetStream(details);
  }

  onDecoderFilterAboveWriteBufferHighWatermark(): void {
    this.#manager.callbacks.onDecoderFilterAboveWriteBufferHighWatermark();
  }

  onDecoderFilterBelowWriteBufferLowWatermark(): void {
    this.#manager.callbacks.onDecoderFilterBelowWriteBufferLowWatermark();
  }

  setDownstreamWatermarks(callbacks: { onAbove(): void; onBelow(): void } | undefined): void {
    this.#manager.callbacks.setDownstreamWatermarks(callbacks);
  }
}
