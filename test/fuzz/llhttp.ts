import { createServer, type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import type { RequestInput, ResponseInput } from './input.ts';

/** What a parser read: one of its messages, or how its reading ended. */
export interface Reading {
  /** `METHOD` of a request, status of a response, and the body, where whole. */
  readonly messages: readonly string[];
  /** `done` between messages, `waiting` within one, or why it stopped. */
  readonly end: string;
}

/** Turns of the event loop in which nothing may happen before the parser is taken to be done. */
const stillTurns = 4;

/** A connection without a network: bytes are pushed in, what is written is dropped. */
class Wire extends Duplex {
  override _read(): void {}

  override _write(_chunk: unknown, _encoding: string, done: () => void): void {
    done();
  }
}

/** What Node's own server, which reads with llhttp, makes of what a client sends. */
export async function llhttpRequests(input: RequestInput): Promise<Reading> {
  const messages: string[] = [];
  let end = '';
  let begun = 0;
  let moves = 0;
  const take = (message: IncomingMessage, answer: () => void): void => {
    const at = begun++;
    let body = '';
    moves++;
    message.on('data', (data: Buffer) => {
      moves++;
      body += data.toString('latin1');
    });
    message.on('error', () => {});
    message.on('end', () => {
      moves++;
      messages[at] = `${message.method} ${body}`;
      answer();
    });
  };
  const server = createServer({ requireHostHeader: false, maxHeaderSize: 61_440, keepAlive: false });
  server.maxHeadersCount = 0;
  server.on('request', (message, response) => take(message, () => response.end('ok')));
  server.on('checkContinue', (message, response) => take(message, () => response.end('ok')));
  server.on('checkExpectation', (message, response) => take(message, () => response.end('ok')));
  server.on('connect', (message: IncomingMessage) => {
    messages[begun++] = `${message.method} `;
    end = 'done';
  });
  server.on('clientError', (error: NodeJS.ErrnoException) => {
    end ||= error.code ?? error.message;
  });
  const wire = new Wire();
  wire.on('error', () => {});
  server.emit('connection', wire as unknown as Socket);
  wire.push(input.bytes);
  await settle(() => moves);
  if (end === '') {
    if (wire.writableEnded || wire.destroyed) end = 'done';
    // Of a head that has not ended the server tells nothing: its end makes it a mistake.
    else if (messages.filter(() => true).length < begun) end = 'waiting';
    else {
      wire.push(null);
      await settle(() => moves);
      end = end === '' ? 'done' : 'waiting';
    }
  }
  wire.destroy();
  server.close();
  // One whose end never came leaves a hole, and so would what is behind it.
  const hole = Array.from(messages).indexOf(undefined as never);
  return { messages: hole < 0 ? messages : messages.slice(0, hole), end };
}

/** What Node's own client, which reads with llhttp, makes of what an upstream answers. */
export async function llhttpResponse(input: ResponseInput): Promise<Reading> {
  const messages: string[] = [];
  let end = '';
  let moves = 0;
  const wire = new Wire();
  wire.on('error', () => {});
  const asked = request({
    method: input.method,
    createConnection: () => wire as unknown as Socket,
    maxHeaderSize: 81_920,
  });
  asked.on('error', (error: NodeJS.ErrnoException) => {
    end ||= error.code ?? error.message;
  });
  asked.on('upgrade', (message) => {
    messages.push(`${message.statusCode} `);
    end ||= 'done';
  });
  asked.on('response', (message) => {
    let body = '';
    moves++;
    message.on('data', (data: Buffer) => {
      moves++;
      body += data.toString('latin1');
    });
    message.on('error', (error: NodeJS.ErrnoException) => {
      end ||= error.code ?? error.message;
    });
    message.on('end', () => {
      moves++;
      messages.push(`${message.statusCode} ${body}`);
    });
  });
  asked.end();
  await settle(() => moves);
  wire.push(input.bytes);
  await settle(() => moves);
  if (input.behind === 'fin') {
    wire.push(null);
    await settle(() => moves);
  }
  if (messages.length > 0 && (end === '' || end === 'ECONNRESET')) end = 'done';
  const reading = { messages, end: end === '' ? 'waiting' : end };
  asked.destroy();
  wire.destroy();
  return reading;
}

async function settle(moves: () => number): Promise<void> {
  let before = -1;
  for (let still = 0; still < stillTurns; ) {
    const now = moves();
    still = now === before ? still + 1 : 0;
    before = now;
    await turn();
  }
}
