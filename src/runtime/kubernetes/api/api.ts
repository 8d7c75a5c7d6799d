import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from 'node:https';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { LabError } from '../../../error.ts';
import { Absence } from './absence.ts';
import { ApiError, apiError, isBusy, isConflict, isDisconnected } from './failure.ts';
import type { Access } from './kubeconfig.ts';
import type { KubeObject } from './objects.ts';
import { handshake, WebSocketClient } from './web-socket.ts';

/** Values that are lists are given once for each. */
export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export interface CallOptions {
  readonly query?: Query;
  readonly body?: unknown;
  /** Of the body; `application/json` when absent. */
  readonly type?: string;
  readonly signal?: AbortSignal;
  /** How long to try while nothing answers, in ms; {@link PATIENCE_MS} when absent. */
  readonly patienceMs?: number;
  /**
   * Of a POST: whether an object that is there by that name is the one an earlier try has made, whose answer was lost. Without
   * it a POST is tried again only where it cannot have arrived.
   */
  readonly isMade?: (there: KubeObject) => boolean;
}

/** How long an API server may be away before that is an error, in ms: it is restarted, or a new leader is chosen. */
export const PATIENCE_MS = 30_000;
/** Between two tries, in ms. */
const PAUSE_MS = 250;
/** Longest that an answer's head may take, in ms. */
const ANSWER_MS = 30_000;
/** After so long without a byte the machine asks whether the other side is still there, in ms. */
const ALIVE_MS = 15_000;
/** How long credentials are used without asking for them again, in ms. */
const FRESH_MS = 30_000;

/** Speaks to an API server. It answers with plain objects; what it refuses is an `ApiError`. */
export class Api {
  readonly access: Access;
  readonly #agent: HttpAgent | HttpsAgent;
  #options: Promise<RequestOptions> | undefined;
  #optionsAt = 0;
  readonly #absence = new Absence();
  #closed = false;

  constructor(access: Access) {
    this.access = access;
    const kept = { keepAlive: true, maxSockets: 64 };
    this.#agent = access.server.startsWith('http:') ? new HttpAgent(kept) : new HttpsAgent(kept);
  }

  /** Lets go of connections; nothing is tried again from now on. */
  close(): void {
    this.#closed = true;
    this.#agent.destroy();
  }

  /** Asks, waits out an absence of the server, and gives the answer's object. */
  async json<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
    const { isMade } = options;
    let lost = false;
    const mayRepeat = (error: unknown) => method !== 'POST' || isMade !== undefined || isUntaken(error);
    return this.#patiently(options, mayRepeat, async () => {
      try {
        const response = await this.#once(method, path, options, true);
        const text = await textOf(response);
        return (text === '' ? undefined : this.#parsed(text)) as T;
      } catch (error) {
        if (lost && isConflict(error)) {
          const { name } = (options.body as KubeObject).metadata;
          const there = await this.get<KubeObject>(`${path}/${name}`, { ...options, body: undefined });
          if (isMade?.(there)) return there as T;
        }
        lost ||= isDisconnected(error) || isBusy(error);
        throw error;
      }
    });
  }

  /** Tries again while nothing answers, or what answers is busy. */
  async #patiently<T>(
    { patienceMs = PATIENCE_MS, signal }: Pick<CallOptions, 'patienceMs' | 'signal'>,
    mayRepeat: (error: unknown) => boolean,
    work: () => Promise<T>,
  ): Promise<T> {
    const begun = Date.now();
    for (;;) {
      try {
        const result = await work();
        this.#absence.over();
        return result;
      } catch (error) {
        const passing = isDisconnected(error) || isBusy(error);
        const since = isDisconnected(error) ? this.#absence.since(begun) : begun;
        if (!isDisconnected(error)) this.#absence.over();
        const wait = Math.max(PAUSE_MS, error instanceof ApiError ? (error.retryAfterMs ?? 0) : 0);
        const late = Date.now() + wait - since > patienceMs;
        if (this.#closed || signal?.aborted || late || !passing || !mayRepeat(error)) throw error;
        await delay(wait, undefined, signal && { signal });
      }
    }
  }

  #parsed(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw new LabError('runtime', `what answers at ${this.access.server} is no Kubernetes API server`, {
        hint: 'is the address in the kubeconfig right, or is a proxy on the way that wants you to log in?',
        cause,
      });
    }
  }

  get<T>(path: string, options?: CallOptions): Promise<T> {
    return this.json<T>('GET', path, options);
  }

  /** An answer that goes on: logs, watches. Not tried again. */
  stream(path: string, query: Query, signal?: AbortSignal): Promise<IncomingMessage> {
    return this.#once('GET', path, { query, ...(signal && { signal }) }, false);
  }

  async #once(method: string, path: string, { query, body, type, signal }: CallOptions, kept: boolean) {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers: Record<string, string> = { accept: 'application/json, */*' };
    if (text !== undefined) {
      headers['content-type'] = type ?? 'application/json';
      headers['content-length'] = String(Buffer.byteLength(text));
    }
    const { send, options } = await this.#prepare(path, query, headers);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const asked = send({
        ...options,
        method,
        ...(kept && !options.agent && { agent: this.#agent }),
        ...(signal && { signal }),
      });
      asked.setTimeout(ANSWER_MS, () =>
        asked.destroy(Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' })),
      );
      asked.once('error', reject);
      asked.once('socket', (socket) => socket.setKeepAlive(true, ALIVE_MS));
      asked.once('response', (answer) => {
        asked.setTimeout(0);
        asked.on('error', () => {});
        resolve(answer);
      });
      asked.end(text);
    });
    const { statusCode = 0 } = response;
    if (statusCode >= 200 && statusCode < 300) return response;
    if (statusCode === 401) this.#options = undefined;
    throw apiError(statusCode, await textOf(response), response.headers['retry-after']);
  }

  /**
   * Opens a WebSocket; waits out an absence of the server, unless what it asks for may have begun.
   * @throws ApiError when the server refuses it, with its words
   */
  webSocket(path: string, query: Query, protocols: readonly string[]): Promise<WebSocketClient> {
    return this.#patiently({}, isUntaken, () => this.#webSocket(path, query, protocols));
  }

  async #webSocket(path: string, query: Query, protocols: readonly string[]): Promise<WebSocketClient> {
    const { headers, accept } = handshake(protocols);
    const { send, options } = await this.#prepare(path, query, headers);
    return new Promise((resolve, reject) => {
      const asked = send({ ...options, method: 'GET', agent: options.agent ?? false });
      asked.setTimeout(ANSWER_MS, () =>
        asked.destroy(Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' })),
      );
      asked.once('error', reject);
      asked.once('response', (answer) => {
        const { statusCode = 0, headers } = answer;
        textOf(answer).then((text) => reject(apiError(statusCode, text, headers['retry-after'])), reject);
      });
      asked.once('upgrade', (answer, socket, head) => {
        socket.setTimeout(0);
        (socket as Socket).setKeepAlive(true, ALIVE_MS);
        if (answer.headers['sec-websocket-accept'] !== accept) {
          socket.destroy();
          reject(apiError(502, 'the answer to the WebSocket handshake is wrong'));
          return;
        }
        resolve(new WebSocketClient(socket, head));
      });
      asked.end();
    });
  }

  async #prepare(path: string, query: Query | undefined, more: Record<string, string>) {
    if (this.#options === undefined || Date.now() - this.#optionsAt > FRESH_MS) {
      this.#optionsAt = Date.now();
      this.#options = this.access.options();
      this.#options.catch(() => {
        this.#options = undefined;
      });
    }
    const base = await this.#options;
    const url = new URL(this.access.server + path);
    for (const [name, value] of Object.entries(query ?? {})) {
      if (value === undefined) continue;
      for (const one of Array.isArray(value) ? value : [value]) url.searchParams.append(name, String(one));
    }
    const send = url.protocol === 'http:' ? httpRequest : httpsRequest;
    const options: RequestOptions = {
      ...base,
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port || (url.protocol === 'http:' ? 80 : 443),
      path: url.pathname + url.search,
      headers: { ...base.headers, 'user-agent': 'envoy-lab', ...more },
    };
    return { send, options };
  }
}

/** Nothing of it was begun: nobody was there to take it, or it was refused for lack of time. */
function isUntaken(error: unknown): boolean {
  if (isBusy(error)) return (error as ApiError).status === 429;
  return (error as NodeJS.ErrnoException).code === 'ECONNREFUSED';
}

async function textOf(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
