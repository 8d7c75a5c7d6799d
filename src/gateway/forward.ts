// The one file that knows http-proxy: each of its faults is fenced here, and has a test that fails without the fence.
import {
  Agent,
  type ClientRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import { type Duplex, pipeline, type Transform } from 'node:stream';
import { parse } from 'node:url';
import * as util from 'node:util';
import httpProxy from 'http-proxy';
import type { Headers } from './links/request-headers.ts';

/** A request on its way to a page. */
export interface Exchange {
  /** A connection to the page that nobody else uses; it ends with the exchange. */
  readonly upstream: Duplex;
  /** As it goes into the request line. */
  readonly path: string;
  /** Changes the end-to-end headers of the request. */
  headers(headers: Headers): Headers;
  /** What becomes of the page's answer. */
  answer(response: PageResponse): Answer;
  /** There is no answer, and nothing has been sent to the browser. */
  failed(error: Error): void;
}

/** The head of a page's answer. */
export interface PageResponse {
  readonly status: number;
  /** End-to-end only. */
  readonly headers: Headers;
}

/** What the browser gets of a page's answer. */
export interface Answer {
  readonly headers: Readonly<Record<string, readonly string[]>>;
  /** What its body passes through. */
  readonly through: readonly Transform[];
}

/** About one connection only (RFC 9110, 7.6.1); `expect` is answered by our server. */
const hopByHop = [
  'connection',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** Fence: http-proxy passes on what is about one connection, and what a `Connection` names; a `Trailer` kills the process. */
function endToEnd(message: IncomingMessage): Record<string, readonly string[]> {
  const { headersDistinct } = message;
  const named = (headersDistinct.connection ?? []).join(',').toLowerCase().split(',');
  const dropped = new Set([...hopByHop, ...named.map((name) => name.trim())]);
  const kept = Object.entries(headersDistinct).filter(([name]) => !dropped.has(name));
  return Object.fromEntries(kept.map(([name, values]) => [name, values ?? []]));
}

/** Passes a request on and its answer back. */
export function forwardRequest(request: IncomingMessage, response: ServerResponse, exchange: Exchange): void {
  const { upstream } = exchange;
  let answered = false;
  const fail = (error: Error) => {
    if (response.headersSent) response.destroy();
    else if (!answered) {
      answered = true;
      exchange.failed(error);
    }
    upstream.destroy();
  };
  // Fence: a browser that goes away leaves the page's connection open. Whatever ends the response ends that.
  response.once('close', () => upstream.destroy());
  if (response.destroyed) {
    upstream.destroy();
    return;
  }
  // Fence: a page that ends without an answer, or upgrades unasked, leaves the browser waiting.
  upstream.once('close', () => {
    if (!answered) fail(new Error('it closed the connection without an answer'));
  });
  upstream.on('error', fail);
  const proxy = createProxy(upstream, { selfHandleResponse: true });
  const chunked = request.headers['transfer-encoding'] !== undefined;
  const te = /(^|,)\s*trailers\s*($|,)/i.test(String(request.headers.te ?? ''));
  const sent = {
    ...exchange.headers(endToEnd(request)),
    ...(chunked ? { 'transfer-encoding': ['chunked'] } : {}),
    ...(te ? { te: ['trailers'] } : {}),
  };
  // Fence: by now http-proxy has taken the body's framing from a chunked DELETE or OPTIONS: its body would be the next request.
  proxy.on('start', () => {
    request.headers = turnedRound(outgoing(sent));
  });
  proxy.on('proxyReq', (toPage: ClientRequest) => {
    toPage.path = exchange.path;
  });
  proxy.on('error', fail);
  proxy.on('proxyRes', (page: IncomingMessage) => {
    try {
      const status = page.statusCode ?? 502;
      const { headers, through } = exchange.answer({ status, headers: endToEnd(page) });
      response.writeHead(status, reasonOf(page), outgoing(headers));
      answered = true;
      // Fence: a page that dies in its answer leaves the browser waiting for the rest; here it sees the end of the connection.
      pipeline([page, ...through, response], () => upstream.destroy());
    } catch (error) {
      // Fence: a status or header that Node does not send throws where nobody catches it.
      fail(error as Error);
    }
  });
  withPlainTarget(request, () => proxy.web(request, response));
}

/** Passes a WebSocket's handshake on, and then what the two say to each other. */
export function forwardUpgrade(
  request: IncomingMessage,
  socket: Socket,
  head: Buffer,
  exchange: Exchange,
): void {
  const { upstream } = exchange;
  let answered = false;
  const fail = (error: Error) => {
    if (!answered && !socket.destroyed) {
      answered = true;
      exchange.failed(error);
    }
    upstream.destroy();
  };
  // Fence: a browser that resets the connection before the page answers kills the process.
  socket.on('error', () => socket.destroy());
  socket.once('close', () => upstream.destroy());
  if (socket.destroyed) {
    upstream.destroy();
    return;
  }
  upstream.on('error', fail);
  upstream.once('close', () => {
    if (answered) socket.destroySoon();
    else fail(new Error('it closed the connection without an answer'));
  });
  const proxy = createProxy(upstream, {});
  const sent = exchange.headers(endToEnd(request));
  request.headers = {
    ...turnedRound(outgoing(sent)),
    connection: 'Upgrade',
    upgrade: 'websocket',
  } as typeof request.headers;
  const passOn = (page: IncomingMessage, own: OutgoingHttpHeaders) => {
    answered = true;
    const { headers } = exchange.answer({ status: page.statusCode ?? 502, headers: endToEnd(page) });
    page.headers = { ...outgoing(headers), ...own } as typeof page.headers;
  };
  proxy.on('error', fail);
  // These listeners come before http-proxy's own, which write the headers they find.
  proxy.on('proxyReqWs', (toPage: ClientRequest) => {
    toPage.path = exchange.path;
    toPage.on('upgrade', (page) => passOn(page, { connection: 'Upgrade', upgrade: 'websocket' }));
    // Fence: the answer of a page that stays with HTTP keeps its `Transfer-Encoding`, over a body that has lost it.
    toPage.on('response', (page) => passOn(page, { connection: 'close' }));
  });
  withPlainTarget(request, () => proxy.ws(request, socket, head));
}

function createProxy(upstream: Duplex, options: httpProxy.ServerOptions): httpProxy {
  useUpWarnings();
  const agent = new ConnectionAgent(asSocket(upstream));
  // Nothing is resolved or connected by this name.
  return httpProxy.createProxyServer({
    ...options,
    agent,
    target: { protocol: 'http:', host: 'page', port: 80 },
  });
}

/** Hands out one connection, which is there already. */
class ConnectionAgent extends Agent {
  readonly #connection: Duplex;

  constructor(connection: Duplex) {
    super({ keepAlive: false });
    this.#connection = connection;
  }

  override createConnection(): Duplex {
    return this.#connection;
  }
}

/** Fence: http-proxy parses the path, and with it takes slashes out of it; it is given a plain one, and the true one later. */
function withPlainTarget(request: IncomingMessage, call: () => void): void {
  const { url } = request;
  request.url = '/';
  call();
  request.url = url;
}

/** Fence: http-proxy calls on every connection what only a TCP socket has. */
function asSocket(stream: Duplex): Duplex {
  for (const name of ['setTimeout', 'setNoDelay', 'setKeepAlive', 'ref', 'unref']) {
    if (!(name in stream)) Object.defineProperty(stream, name, { value: () => stream });
  }
  return stream;
}

/** One value is one, several are a list. */
function outgoing(headers: Headers): Record<string, string> {
  // A list is right for Node's writers, which the type of a request's headers does not know.
  return Object.fromEntries(
    Object.entries(headers).map(([name, values]) => [name, values.length === 1 ? values[0] : [...values]]),
  ) as Record<string, string>;
}

/** Fence: http-proxy copies headers from the last to the first. */
function turnedRound<Value>(headers: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(headers).reverse());
}

/** The reason phrase, if it can be sent. */
function reasonOf({ statusMessage = '' }: IncomingMessage): string {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(statusMessage) ? statusMessage : '';
}

let warned = false;

/** Fence: http-proxy calls what newer Nodes warn about, once, on the user's terminal. */
function useUpWarnings(): void {
  if (warned) return;
  warned = true;
  const before = process.noDeprecation;
  process.noDeprecation = true;
  try {
    parse('/');
    (util as unknown as { _extend(target: object, source: object): void })._extend({}, {});
  } finally {
    process.noDeprecation = before ?? false;
  }
}
