import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Exchange, forwardRequest, forwardUpgrade } from './forward.ts';
import { changeDocument, wantsDocument } from './html/document.ts';
import type { GatewayLab, LabView } from './lab.ts';
import { Links } from './links/links.ts';
import type { Place } from './links/place.ts';
import { requestHeaders } from './links/request-headers.ts';
import { responseHeaders } from './links/response-headers.ts';
import { messageReply, type Reply, send, sendRaw } from './reply.ts';
import { overTls } from './tls.ts';

/** Where a request goes. */
export interface Destination {
  readonly place: Place;
  /** The path there, with its query. */
  readonly path: string;
  readonly view: LabView;
  /** The gateway's, as the request names it. */
  readonly origin: string;
}

/** Passes requests on to the pages of a lab. */
export class LabPages {
  readonly #lab: GatewayLab;

  constructor(lab: GatewayLab) {
    this.#lab = lab;
  }

  async pass(request: IncomingMessage, response: ServerResponse, to: Destination): Promise<void> {
    const fail = (error: unknown) => send(request, response, failure(request, to.place, error));
    try {
      const document = wantsDocument(request.headersDistinct);
      const upstream = await this.#connect(to.place);
      forwardRequest(request, response, this.#exchange(to, upstream, document, fail));
    } catch (error) {
      fail(error);
    }
  }

  async upgrade(request: IncomingMessage, socket: Socket, head: Buffer, to: Destination): Promise<void> {
    const fail = (error: unknown) => sendRaw(socket, failure(request, to.place, error));
    try {
      const upstream = await this.#connect(to.place);
      forwardUpgrade(request, socket, head, this.#exchange(to, upstream, false, fail));
    } catch (error) {
      fail(error);
    }
  }

  async #connect({ node, port, tls, host }: Place): Promise<Duplex> {
    const connection = await this.#lab.connect(node.name, port);
    if (!tls) return connection;
    // Until it is secured nobody else listens.
    connection.on('error', () => {});
    return overTls(connection, host);
  }

  #exchange(
    { place, path, view, origin }: Destination,
    upstream: Duplex,
    document: boolean,
    failed: Exchange['failed'],
  ): Exchange {
    const links = new Links(place, view, origin);
    return {
      upstream,
      path,
      headers: (headers) => requestHeaders(headers, links),
      answer: ({ status, headers }) => {
        const changed = document ? changeDocument(status, headers, links) : undefined;
        return {
          headers: responseHeaders(changed?.headers ?? headers, links),
          through: changed?.through ?? [],
        };
      },
      failed,
    };
  }
}

function failure(request: IncomingMessage, { node, port }: Place, error: unknown): Reply {
  const container = node.ports.find((known) => known.port === port)?.container;
  const state = node.containers.find(({ name }) => name === container)?.state;
  const why = error instanceof Error ? error.message : String(error);
  return messageReply(request, 502, `No page from ${node.name}, port ${port}`, [
    `${why}.`,
    state === undefined || state === 'ready'
      ? 'Not every port speaks HTTP: the index lists what is known.'
      : `Its container ${container} is ${state}.`,
  ]);
}
