import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  FilterStatus,
  type LocalReply,
  type StreamDecoderFilterCallbacks,
  type StreamEncoderFilterCallbacks,
  type StreamFilter,
} from './filter.ts';
import { FilterManager, type FilterManagerCallbacks } from './filter-manager.ts';
import { HeaderMap, RequestHeaders, ResponseHeaders } from './headers.ts';
import { StreamInfo } from './stream-info.ts';

const connection = {
  id: 0,
  local: { address: '127.0.0.1', port: 80 },
  directRemote: { address: '127.0.0.1', port: 4000 },
  remote: { address: '127.0.0.1', port: 4000 },
  tls: undefined,
};

type Answer = FilterStatus | LocalReply;

/** What a filter does when it is called; by default it continues. */
interface Script {
  readonly decodeHeaders?: Answer;
  readonly decodeData?: readonly Answer[];
  readonly decodeTrailers?: Answer;
  readonly encodeHeaders?: Answer;
  readonly encodeData?: readonly FilterStatus[];
}

class Scripted implements StreamFilter {
  decoder!: StreamDecoderFilterCallbacks;
  encoder!: StreamEncoderFilterCallbacks;
  readonly #name: string;
  readonly #script: Script;
  readonly #events: string[];
  #data = 0;
  #encodedData = 0;

  constructor(name: string, script: Script, events: string[]) {
    this.#name = name;
    this.#script = script;
    this.#events = events;
  }

  setDecoderFilterCallbacks(callbacks: StreamDecoderFilterCallbacks): void {
    this.decoder = callbacks;
  }

  setEncoderFilterCallbacks(callbacks: StreamEncoderFilterCallbacks): void {
    this.encoder = callbacks;
  }

  decodeHeaders(_headers: RequestHeaders, endStream: boolean): FilterStatus {
    return this.#do(`headers${endStream ? '.' : ''}`, this.#script.decodeHeaders);
  }

  decodeData(data: Buffer, endStream: boolean): FilterStatus {
    return this.#do(`data ${data}${endStream ? '.' : ''}`, this.#script.decodeData?.[this.#data++]);
  }

  decodeTrailers(): FilterStatus {
    return this.#do('trailers', this.#script.decodeTrailers);
  }

  encodeHeaders(headers: ResponseHeaders, endStream: boolean): FilterStatus {
    return this.#do(`< ${headers.status}${endStream ? '.' : ''}`, this.#script.encodeHeaders);
  }

  encodeData(data: Buffer, endStream: boolean): FilterStatus {
    return this.#do(`< ${data}${endStream ? '.' : ''}`, this.#script.encodeData?.[this.#encodedData++]);
  }

  onDestroy(): void {
    this.#events.push(`${this.#name} destroyed`);
  }

  #do(what: string, answer: Answer = FilterStatus.Continue): FilterStatus {
    this.#events.push(`${this.#name} ${what}`);
    if (typeof answer === 'number') return answer;
    this.decoder.sendLocalReply(answer);
    return FilterStatus.StopIteration;
  }
}

/** A stream whose filters follow scripts: what happens to it is `events`. */
function stream(scripts: readonly Script[], bufferLimit = 1000) {
  const events: string[] = [];
  const filters = scripts.map((script, i) => new Scripted('abc'[i]!, script, events));
  const headers = new RequestHeaders();
  headers.method = 'POST';
  const callbacks: FilterManagerCallbacks = {
    streamInfo: new StreamInfo(connection, 0, 0),
    requestHeaders: headers,
    responseHeaders: undefined,
    bufferLimit,
    localReplyRewriter: undefined,
    proxy1xx: true,
    route: () => null,
    clearRouteCache: () => {},
    encode1xxHeaders: ({ status }) => events.push(`sent ${status}`),
    encodeHeaders: ({ status }, endStream) => events.push(`sent ${status}${endStream ? '.' : ''}`),
    encodeData: (data, endStream) => events.push(`sent ${data}${endStream ? '.' : ''}`),
    encodeTrailers: () => events.push('sent trailers'),
    endStream: () => events.push('ended'),
    resetStream: (details) => events.push(`reset ${details}`),
    onDecoderFilterAboveWriteBufferHighWatermark: () => events.push('pause'),
    onDecoderFilterBelowWriteBufferLowWatermark: () => events.push('resume'),
    setDownstreamWatermarks: () => {},
    resetIdleTimer: () => {},
    disarmRequestTimeout: () => {},
    onLocalReply: (status) => events.push(`reply ${status}`),
    onDataTooLarge: (what) => events.push(`${what} too large`),
  };
  const manager = new FilterManager(callbacks, filters);
  return { events, filters, headers, manager, callbacks };
}

const {
  Continue,
  StopIteration,
  StopIterationNoBuffer,
  StopAllIterationAndBuffer,
  StopAllIterationAndWatermark,
} = FilterStatus;
const bytes = (text: string): Buffer => Buffer.from(text);
const response = (status: number): ResponseHeaders => Object.assign(new ResponseHeaders(), { status });
const denied: LocalReply = { status: 403, body: 'no', details: 'denied' };

describe('FilterManager, the request', () => {
  it('passes filters in order', () => {
    const { events, headers, manager } = stream([{}, {}]);
    manager.decode.headers(headers, false);
    manager.decode.data(bytes('x'), false);
    manager.decode.trailers(new HeaderMap());
    assert.deepEqual(events, ['a headers', 'b headers', 'a data x', 'b data x', 'a trailers', 'b trailers']);
  });

  it('gives data to a filter that stopped the headers, and to the next ones once it continues', () => {
    const { events, filters, headers, manager } = stream([
      { decodeHeaders: StopIteration, decodeData: [StopIteration, StopIteration] },
      {},
    ]);
    manager.decode.headers(headers, false);
    manager.decode.data(bytes('x'), false);
    manager.decode.data(bytes('y'), true);
    assert.deepEqual(events, ['a headers', 'a data x', 'a data y.']);
    filters[0]!.decoder.continueDecoding();
    assert.deepEqual(events.slice(3), ['b headers', 'b data xy.']);
  });

  it('lets the headers go when the data continues', () => {
    const { events, headers, manager } = stream([
      { decodeHeaders: StopIteration, decodeData: [StopIteration, Continue] },
      {},
    ]);
    manager.decode.headers(headers, false);
    manager.decode.data(bytes('x'), false);
    manager.decode.data(bytes('y'), true);
    assert.deepEqual(events.slice(3), ['b headers', 'b data xy.']);
  });

  it('shows nothing to a filter that stopped everything until it continues', () => {
    const { events, filters, headers, manager } = stream([{ decodeHeaders: StopAllIterationAndBuffer }, {}]);
    manager.decode.headers(headers, false);
    manager.decode.data(bytes('x'), false);
    manager.decode.trailers(new HeaderMap());
    assert.deepEqual(events, ['a headers']);
    filters[0]!.decoder.continueDecoding();
    assert.deepEqual(events.slice(1), ['b headers', 'a data x', 'b data x', 'a trailers', 'b trailers']);
  });

  it('ends the headers for the next filter when the request ended while it was stopped', () => {
    const { events, filters, headers, manager } = stream([{ decodeHeaders: StopIteration }, {}]);
    manager.decode.headers(headers, true);
    filters[0]!.decoder.continueDecoding();
    assert.deepEqual(events, ['a headers.', 'b headers.']);
  });

  it('ends the stream for the next filter when a filter took the last data', () => {
    const { events, filters, headers, manager } = stream([{ decodeData: [StopIterationNoBuffer] }, {}]);
    manager.decode.headers(headers, false);
    manager.decode.data(bytes('x'), true);
    filters[0]!.decoder.continueDecoding();
    assert.deepEqual(events, ['a headers', 'b headers', 'a data x.', 'b data .']);
  });

  it('answers 413 when a filter holds back more than the limit', () => {
    const { events, headers, manager } = stream([{ decodeData: [StopIteration] }], 3);
    manager.decode.headers(headers, false);
    manager.decode.data(bytes('long'), false);
    assert.deepEqual(events.slice(2), [
      'request too large',
      'reply 413',
      'a < 413',
      'sent 413',
      'a < Payload Too Large.',
      'sent Payload Too Large.',
      'ended',
    ]);
  });

  it('stops reading instead where the filter asks for it, and goes on when it continues', () => {
    const { events, filters, headers, manager } = stream(
      [{ decodeHeaders: StopAllIterationAndWatermark }, {}],
      3,
    );
    manager.decode.headers(headers, false);
    manager.decode.data(bytes('long'), false);
    filters[0]!.decoder.continueDecoding();
    assert.deepEqual(events, ['a headers', 'pause', 'b headers', 'resume', 'a data long', 'b data long']);
  });

  it('passes on nothing after it was destroyed', () => {
    const { events, headers, manager } = stream([{}]);
    manager.destroy();
    manager.decode.headers(headers, true);
    manager.destroy();
    assert.deepEqual(events, ['a destroyed']);
  });
});

describe('FilterManager, local replies', () => {
  it('sends them through the encode side of every filter, those behind it too', () => {
    const { events, headers, manager, callbacks } = stream([{}, { decodeHeaders: denied }, {}]);
    manager.decode.headers(headers, true);
    assert.deepEqual(events, [
      'a headers.',
      'b headers.',
      'reply 403',
      'c < 403',
      'b < 403',
      'a < 403',
      'sent 403',
      'c < no.',
      'b < no.',
      'a < no.',
      'sent no.',
      'ended',
    ]);
    assert.equal(callbacks.responseHeaders?.get('content-length'), '2');
    assert.equal(callbacks.responseHeaders?.get('content-type'), 'text/plain');
    assert.equal(callbacks.streamInfo.responseCodeDetails, 'denied');
  });

  it('passes nothing more of the request after one', () => {
    const { events, headers, manager } = stream([{ decodeHeaders: denied }, {}]);
    manager.decode.headers(headers, false);
    const before = events.length;
    manager.decode.data(bytes('x'), true);
    assert.equal(events.length, before);
  });

  it('takes the first of two', () => {
    const { events, filters, headers, manager } = stream([{}]);
    manager.decode.headers(headers, true);
    filters[0]!.decoder.sendLocalReply(denied);
    manager.destroy();
    filters[0]!.decoder.sendLocalReply({ ...denied, status: 500 });
    assert.deepEqual(
      events.filter((event) => event.startsWith('sent')),
      ['sent 403', 'sent no.'],
    );
  });

  it('goes past the filters when one of them holds a response of the upstream', () => {
    const { events, filters, headers, manager } = stream([{ encodeHeaders: StopIteration }, {}]);
    manager.decode.headers(headers, true);
    filters[1]!.decoder.encodeHeaders(response(200), false);
    filters[1]!.decoder.sendLocalReply({ status: 504, body: '', details: 'late' });
    assert.deepEqual(events.slice(2), ['b < 200', 'a < 200', 'reply 504', 'sent 504.', 'ended']);
  });

  it('resets the stream when a response is on its way down already', () => {
    const { events, filters, headers, manager } = stream([{}]);
    manager.decode.headers(headers, true);
    filters[0]!.decoder.encodeHeaders(response(200), false);
    filters[0]!.decoder.sendLocalReply({ status: 503, body: '', details: 'broken' });
    assert.deepEqual(events.slice(-2), ['reply 503', 'reset broken']);
  });

  it('has no body for HEAD but its length', () => {
    const { events, headers, manager, callbacks } = stream([{ decodeHeaders: denied }]);
    headers.method = 'HEAD';
    manager.decode.headers(headers, true);
    assert.deepEqual(events.slice(-2), ['sent 403.', 'ended']);
    assert.equal(callbacks.responseHeaders?.get('content-length'), '2');
  });

  it('speaks to gRPC in trailers only', () => {
    const { events, headers, manager, callbacks } = stream([{ decodeHeaders: denied }]);
    headers.add('content-type', 'application/grpc');
    manager.decode.headers(headers, true);
    assert.deepEqual(events.slice(-2), ['sent 200.', 'ended']);
    assert.equal(callbacks.responseHeaders?.get('grpc-status'), '7');
    assert.equal(callbacks.responseHeaders?.get('grpc-message'), 'no');
  });
});

describe('FilterManager, the response', () => {
  const answer = (script: readonly Script[]) => {
    const made = stream(script);
    made.manager.decode.headers(made.headers, true);
    made.events.length = 0;
    return made;
  };

  it('passes filters in reverse order', () => {
    const { events, filters } = answer([{}, {}]);
    filters[1]!.decoder.encodeHeaders(response(200), false);
    filters[1]!.decoder.encodeData(bytes('x'), true);
    assert.deepEqual(events, ['b < 200', 'a < 200', 'sent 200', 'b < x.', 'a < x.', 'sent x.', 'ended']);
  });

  it('waits for a filter that stopped it', () => {
    const { events, filters } = answer([{}, { encodeHeaders: StopIteration, encodeData: [StopIteration] }]);
    filters[1]!.decoder.encodeHeaders(response(200), false);
    filters[1]!.decoder.encodeData(bytes('x'), true);
    assert.deepEqual(events, ['b < 200', 'b < x.']);
    filters[1]!.encoder.continueEncoding();
    assert.deepEqual(events.slice(2), ['a < 200', 'sent 200', 'a < x.', 'sent x.', 'ended']);
  });

  it('sends trailers last', () => {
    const { events, filters } = answer([{}]);
    filters[0]!.decoder.encodeHeaders(response(200), false);
    filters[0]!.decoder.encodeTrailers(new HeaderMap());
    assert.deepEqual(events.slice(-2), ['sent trailers', 'ended']);
  });
});
