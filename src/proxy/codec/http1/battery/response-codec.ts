import type { HeaderMap, ResponseHeaders } from '../../../http/headers.ts';
import { RequestHeaders } from '../../../http/headers.ts';
import type { ResponseDecoder, StreamResetReason } from '../../codec.ts';
import { Http1ClientConnection } from '../client-connection.ts';
import { isComparedInResponse, type ResponseCase, type ResponseVerdict } from './response-case.ts';
import { shorten } from './upstream.ts';

/** What our codec makes of a response, its bytes cut into the given pieces. */
export function judgeResponse(one: ResponseCase, pieces: readonly Buffer[]): ResponseVerdict {
  const response = new Response();
  const codec = new Http1ClientConnection({
    write: () => true,
    onStreamComplete: (reusable) => {
      response.closed = !reusable;
    },
    onCloseNotice: () => {},
    setReadEnabled: () => {},
    onProtocolError: () => {
      response.closed = true;
    },
  });
  const encoder = codec.newStream(response);
  const request = new RequestHeaders();
  request.method = one.method;
  request.path = '/';
  encoder.encodeHeaders(request, true);
  for (const piece of pieces) codec.dispatch(piece);
  const { closed } = response;
  if (one.behind === 'fin') codec.onEnd();
  return response.verdict(one.behind === 'nothing' && closed);
}

class Response implements ResponseDecoder {
  closed = false;
  readonly #interim: string[] = [];
  #headers: ResponseHeaders | undefined;
  #body = '';
  #end = 'waiting';

  verdict(closed: boolean): ResponseVerdict {
    const { status = 0 } = this.#headers ?? {};
    const fields = this.#headers === undefined ? [] : fieldsOf(this.#headers);
    return { interim: this.#interim, status, fields, body: this.#body, end: this.#end, closed };
  }

  decode1xxHeaders(headers: ResponseHeaders): void {
    this.#interim.push([headers.status, ...fieldsOf(headers)].join(' '));
  }

  decodeHeaders(headers: ResponseHeaders, endStream: boolean): void {
    this.#headers = headers;
    if (endStream) this.#end = 'complete';
  }

  decodeData(data: Buffer, endStream: boolean): void {
    this.#body += data.toString('latin1');
    if (endStream) this.#end = 'complete';
  }

  decodeTrailers(): void {
    this.#end = 'complete';
  }

  onReset(reason: StreamResetReason): void {
    this.#end = reason.replaceAll('-', '_');
  }
}

function fieldsOf(headers: HeaderMap): string[] {
  return headers.names.flatMap((name, i) =>
    isComparedInResponse(name) ? [shorten(`${name}: ${headers.values[i]}`)] : [],
  );
}
