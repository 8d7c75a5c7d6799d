import { Agent, type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, Agent as TlsAgent } from 'node:https';
import { isIP, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { CurlFailure, failureOf } from './failure.ts';
import type { ClientOptions } from './options.ts';

/** One request, ready to send. */
export interface Outgoing {
  readonly url: URL;
  readonly method: string;
  /** Name and value, in the order and the letters to send. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer | undefined;
}

/** What happened to it so far. */
export interface Exchange {
  readonly response: IncomingMessage;
  readonly socket: Socket;
  /** Headers of interim answers (1xx) that came before. */
  readonly interim: readonly string[];
  /** ms since the request was begun. */
  readonly connectMs: number;
  readonly firstByteMs: number;
  /** Rejects with curl's failure when the rest of the body does not come. */
  readonly failed: Promise<never>;
}

/** Connections of one run; they are reused from URL to URL. */
export interface Connections {
  readonly plain: Agent;
  readonly tls: TlsAgent;
}

export function openConnections(): Connections {
  return { plain: new Agent({ keepAlive: true }), tls: new TlsAgent({ keepAlive: true }) };
}

export function closeConnections({ plain, tls }: Connections): void {
  plain.destroy();
  tls.destroy();
}

/**
 * Sends a request and resolves with the head of its answer.
 *
 * @param report called with what `-v` shows of the connection
 * @throws CurlFailure with curl's exit code
 */
export function exchange(
  outgoing: Outgoing,
  options: ClientOptions,
  context: {
    readonly connections: Connections;
    readonly signal: AbortSignal;
    readonly report: (line: string) => void;
    readonly onSent: () => void;
  },
): Promise<Exchange> {
  const { url, method, headers, body } = outgoing;
  const tls = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port) || (tls ? 443 : 80);
  const target = mapTarget(options.connectTo, host, port);
  const started = performance.now();
  let connected = false;
  let connectMs = 0;
  const interim: string[] = [];

  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      clearTimeout(connectTimer);
      reject(failureOf(error, { host, port, tookMs: performance.now() - started, connected }));
    };
    const settings = {
      host: target.host,
      port: target.port,
      path: url.pathname + url.search,
      method,
      setHost: false,
      signal: context.signal,
      agent: tls ? context.connections.tls : context.connections.plain,
    };
    const outgoingRequest: ClientRequest = tls
      ? httpsRequest({ ...settings, ...tlsSettings(options, host) })
      : httpRequest(settings);
    setHeaders(outgoingRequest, headers);
    const connectTimer = setTimeout(
      () => {
        const after = Math.round(performance.now() - started);
        outgoingRequest.destroy(new CurlFailure(28, `Connection timed out after ${after} milliseconds`));
      },
      options.connectTimeout ?? 2 ** 31 - 1,
    );

    outgoingRequest.once('socket', (socket) => {
      const ready = (): void => {
        clearTimeout(connectTimer);
        connected = true;
        connectMs = performance.now() - started;
        context.report(`Connected to ${host} (${socket.remoteAddress}) port ${socket.remotePort}`);
        if (tls) reportTls(socket as TLSSocket, context.report);
        context.onSent();
      };
      if (outgoingRequest.reusedSocket) ready();
      else socket.once(tls ? 'secureConnect' : 'connect', ready);
      // A handshake that fails is no failed connection.
      if (tls) socket.once('connect', () => (connected = true));
    });
    outgoingRequest.on('information', ({ httpVersion, statusCode, statusMessage, rawHeaders }) => {
      interim.push(formatHead({ httpVersion, statusCode, statusMessage, rawHeaders }));
    });
    outgoingRequest.once('error', fail);
    outgoingRequest.once('response', (response) => {
      outgoingRequest.off('error', fail);
      const failed = new Promise<never>((_, rejectLater) => {
        const where = { host, port, tookMs: 0, connected: true };
        const later = (error: Error): void => rejectLater(failureOf(error, where));
        outgoingRequest.once('error', later);
        response.once('error', (error: NodeJS.ErrnoException) => {
          if (error.code === 'ECONNRESET' && error.message === 'aborted') rejectLater(cutShort(response));
          else later(error);
        });
      });
      failed.catch(() => undefined);
      const firstByteMs = performance.now() - started;
      resolve({ response, socket: response.socket, interim, connectMs, firstByteMs, failed });
    });
    outgoingRequest.end(body);
  });
}

/** Names keep their letters, and lines of one name stand together. Node's own Connection header is left out. */
function setHeaders(request: ClientRequest, headers: Outgoing['headers']): void {
  for (const [name] of headers) {
    const same = headers.filter((other) => other[0].toLowerCase() === name.toLowerCase());
    request.setHeader(name, same.length === 1 ? same[0]![1] : same.map((other) => other[1]));
  }
  if (!request.hasHeader('connection')) request.removeHeader('connection');
}

/** Status line, headers and the empty line, as they stood on the wire. */
export function formatHead({
  httpVersion,
  statusCode,
  statusMessage,
  rawHeaders,
}: Pick<IncomingMessage, 'httpVersion' | 'statusCode' | 'statusMessage' | 'rawHeaders'>): string {
  let head = `HTTP/${httpVersion} ${statusCode} ${statusMessage}\r\n`;
  for (let i = 0; i < rawHeaders.length; i += 2) head += `${rawHeaders[i]}: ${rawHeaders[i + 1]}\r\n`;
  return `${head}\r\n`;
}

function cutShort(response: IncomingMessage): CurlFailure {
  const length = response.headers['content-length'];
  if (length === undefined)
    return new CurlFailure(18, 'transfer closed with outstanding read data remaining');
  return new CurlFailure(18, 'transfer closed before all of the body had come');
}

/** `--connect-to HOST1:PORT1:HOST2:PORT2`: the first that fits; an empty part stands for any, or for the same. */
function mapTarget(connectTo: readonly string[], host: string, port: number): { host: string; port: number } {
  for (const entry of connectTo) {
    const [, host1, port1, host2, port2] =
      /^(\[[^\]]*\]|[^:]*):(\d*):(\[[^\]]*\]|[^:]*):(\d*)$/.exec(entry) ?? [];
    if (host1 === undefined) continue;
    if (host1 !== '' && host1.toLowerCase() !== host.toLowerCase()) continue;
    if (port1 !== '' && Number(port1) !== port) continue;
    return {
      host: host2 === '' ? host : host2!.replace(/^\[|\]$/g, ''),
      port: port2 === '' ? port : Number(port2),
    };
  }
  return { host, port };
}

function tlsSettings(options: ClientOptions, host: string) {
  return {
    rejectUnauthorized: !options.insecure,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(options.ca === undefined ? {} : { ca: options.ca }),
    ...(options.cert === undefined ? {} : { cert: options.cert, key: options.key }),
  };
}

function reportTls(socket: TLSSocket, report: (line: string) => void): void {
  report(`SSL connection using ${socket.getProtocol()} / ${socket.getCipher().name}`);
  const { subject, issuer } = socket.getPeerCertificate();
  report('Server certificate:');
  report(` subject: ${formatName(subject)}`);
  report(` issuer: ${formatName(issuer)}`);
}

function formatName(name: object | undefined): string {
  return Object.entries(name ?? {})
    .map(([key, value]) => `${key}=${String(value)}`)
    .join('; ');
}
