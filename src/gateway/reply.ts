import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { messagePage, type OwnPage, ownHeaders } from './page/pages.ts';

/** An answer of the gateway itself. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function pageReply({ body, headers }: OwnPage, status = 200): Reply {
  return { status, headers, body };
}

export function textReply(body: string, type = 'text/plain; charset=utf-8', status = 200): Reply {
  return { status, headers: { ...ownHeaders(), 'content-type': type }, body };
}

export function redirectReply(location: string, status: 303 | 307 | 308): Reply {
  const reply = textReply(`see ${location}\n`, undefined, status);
  // What comes next is told by where it was asked from, as what came before was.
  return { ...reply, headers: { ...reply.headers, location, 'referrer-policy': 'same-origin' } };
}

/** Tells something that went wrong, as a page to who wants one, else as text. */
export function messageReply(
  request: IncomingMessage,
  status: number,
  title: string,
  text: readonly string[],
): Reply {
  return request.headers.accept?.includes('text/html')
    ? pageReply(messagePage(title, text), status)
    : textReply(`${[title, ...text].join('\n')}\n`, undefined, status);
}

export function send(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
  const body = Buffer.from(reply.body);
  response.writeHead(reply.status, { ...reply.headers, 'content-length': body.length });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** The answer to a handshake that becomes no WebSocket. */
export function sendRaw(socket: Duplex, { status, headers, body }: Reply): void {
  const bytes = Buffer.from(body);
  const lines = Object.entries({ ...headers, 'content-length': bytes.length, connection: 'close' });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.end(
    Buffer.concat([Buffer.from(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${head}\r\n`), bytes]),
  );
}
