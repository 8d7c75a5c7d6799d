import type { HeaderMap, RequestHeaders } from '../../../http/headers.ts';
import { ResponseHeaders } from '../../../http/headers.ts';
import type { ProtocolError, RequestDecoder, RequestEncoder, ResponseEncoder } from '../../codec.ts';
import { Http1ClientConnection } from '../client-connection.ts';
import { closesConnection, hasToken } from '../connection-field.ts';
import { clientDefaults, type Http1ServerOptions, serverDefaults } from '../options.ts';
import { Http1ServerConnection } from '../server-connection.ts';
import type { Case, Outcome, Variant, Verdict } from './case.ts';
import { readRequest } from './upstream.ts';

const options: Record<Variant, Partial<Http1ServerOptions>> = {
  default: {},
  http10: { acceptHttp10: true, defaultHostForHttp10: 'dflt' },
  trailers: { enableTrailers: true },
  'chunked-length': { allowChunkedLength: true },
  'reject-underscores': { headersWithUnderscoresAction: 'REJECT_REQUEST' },
  'drop-underscores': { headersWithUnderscoresAction: 'DROP_HEADER' },
};

/** What our codec makes of a case, its bytes cut into the given pieces. `sent` takes what it sends on of each request. */
export function judge(one: Case, pieces: readonly Buffer[], sent: string[] = []): Verdict {
  const requests: Request[] = [];
  let closed = false;
  const connection = new Http1ServerConnection(
    {
      newStream(encoder) {
        const request = new Request(
          encoder,
          () => connection.protocol,
          () => {
            closed = true;
            connection.stop();
          },
        );
        requests.push(request);
        return request;
      },
      write: () => true,
      setReadEnabled: () => {},
      onProtocolError: (error) => requests.at(-1)!.refuse(error),
      onClose: () => {
        closed = true;
      },
    },
    // Answered at once though they stand for requests that an upstream answers.
    { ...serverDefaults, maxQueuedResponses: Number.POSITIVE_INFINITY, ...options[one.variant] },
  );
  for (const piece of pieces) connection.dispatch(piece);
  sent.push(...requests.map((request) => request.sent));
  return { outcomes: requests.map((request) => request.outcome), closed };
}

/** Fields no connection manager passes on. */
const hopByHop = ['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade'];

/** As much of a connection manager as the battery needs: sends a request on, and answers it at its end. */
class Request implements RequestDecoder {
  readonly #encoder: ResponseEncoder;
  readonly #protocol: () => string;
  readonly #close: () => void;
  readonly #client: Http1ClientConnection;
  readonly #upstream: RequestEncoder;
  /** The bytes that went on. */
  sent = '';
  #refused: Outcome | undefined;
  #closes = false;

  constructor(encoder: ResponseEncoder, protocol: () => string, close: () => void) {
    this.#encoder = encoder;
    this.#close = close;
    this.#protocol = protocol;
    this.#client = new Http1ClientConnection(
      {
        write: (data) => {
          this.sent += data.toString('latin1');
          return true;
        },
        onStreamComplete: () => {},
        onCloseNotice: () => {},
        setReadEnabled: () => {},
        onProtocolError: () => {},
      },
      { ...clientDefaults, enableTrailers: true },
    );
    const ignore = () => {};
    this.#upstream = this.#client.newStream({
      decode1xxHeaders: ignore,
      decodeHeaders: ignore,
      decodeData: ignore,
      decodeTrailers: ignore,
      onReset: ignore,
    });
  }

  get outcome(): Outcome {
    // A head may still wait for its body; the tick is over.
    this.#client.writer.flush();
    return this.#refused ?? readRequest(this.sent, true)?.request ?? { kind: 'waiting' };
  }

  refuse(error: ProtocolError): void {
    this.#refused = { kind: 'refused', status: error.status, details: error.details, codec: true };
    this.#answer(error.status);
  }

  decodeHeaders(headers: RequestHeaders, endStream: boolean): void {
    this.#closes = closesConnection(this.#protocol(), headers);
    const upgrades = headers.has('upgrade') && hasToken(headers.get('connection'), 'upgrade');
    if (!headers.path.startsWith('/') || headers.path.includes('#') || upgrades) {
      this.#refused = { kind: 'refused', status: 0, details: 'for a connection manager', codec: false };
    }
    for (const name of hopByHop) headers.remove(name);
    const te = headers
      .get('te')
      ?.split(',')
      .some((token) => token.trim() === 'trailers');
    if (te) headers.set('te', 'trailers');
    else headers.remove('te');
    this.#upstream.encodeHeaders(headers, endStream);
    if (endStream) this.#answer(200);
  }

  decodeData(data: Buffer, endStream: boolean): void {
    this.#upstream.encodeData(data, endStream);
    if (endStream) this.#answer(200);
  }

  decodeTrailers(trailers: HeaderMap): void {
    this.#upstream.encodeTrailers(trailers);
    this.#answer(200);
  }

  onReset(): void {}

  #answer(status: number): void {
    const response = new ResponseHeaders();
    response.status = status;
    if (this.#closes) response.add('connection', 'close');
    this.#encoder.encodeHeaders(response, true);
    if (this.#closes) this.#close();
  }
}
