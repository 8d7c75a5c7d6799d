import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { content, digest } from '../content.ts';

/** Where and how a request goes. */
export interface Target {
  readonly port: number;
  readonly tls: boolean;
  readonly path: string;
}

/** Keeps its connections, plain and TLS. */
export class Http1Client implements Disposable {
  readonly #plain = new Agent({ keepAlive: true, maxSockets: 8 });
  readonly #tls = new TlsAgent({ keepAlive: true, maxSockets: 8, rejectUnauthorized: false });

  /** @throws Error when the answer is not what was asked for */
  async download(target: Target, seed: number, size: number, keep: boolean, stallMs = 0): Promise<void> {
    const path = `${target.path}?seed=${seed}&size=${size}`;
    const got = await read(await this.#send({ ...target, path }, 'GET', keep), stallMs);
    if (!got.equals(content(seed, size))) throw new Error(`${got.length} of ${size} bytes, or other ones`);
  }

  /** The same of what is sent; `chunked`: without a length. */
  async upload(target: Target, seed: number, size: number, chunked: boolean): Promise<void> {
    const body = content(seed, size);
    const got = await read(await this.#send(target, 'POST', true, body, chunked), 0);
    if (got.toString() !== digest(body)) throw new Error(`another digest of ${size} bytes: ${got}`);
  }

  /** Asks, and goes in the middle of the answer. */
  async abort(target: Target, seed: number, size: number): Promise<void> {
    const path = `${target.path}?seed=${seed}&size=${size}`;
    const response = await this.#send({ ...target, path }, 'GET', false);
    response.on('error', () => {});
    response.destroy();
  }

  [Symbol.dispose](): void {
    this.#plain.destroy();
    this.#tls.destroy();
  }

  #send(
    { port, tls, path }: Target,
    method: string,
    keep: boolean,
    body?: Buffer,
    chunked = false,
  ): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const agent = keep ? (tls ? this.#tls : this.#plain) : false;
      const headers = body === undefined || chunked ? {} : { 'content-length': body.length };
      const options = { host: '127.0.0.1', port, path, method, agent, headers, timeout: 20_000 };
      const sent: ClientRequest = tls
        ? tlsRequest({ ...options, agent: agent as TlsAgent, rejectUnauthorized: false }, resolve)
        : request(options, resolve);
      sent.on('error', reject);
      sent.on('timeout', () => sent.destroy(new Error('no answer in 20 s')));
      sent.end(body);
    });
  }
}

/** The whole body of a 200, reading nothing at first for `stallMs`. */
async function read(response: IncomingMessage, stallMs: number): Promise<Buffer> {
  if (stallMs > 0) await new Promise((resolve) => setTimeout(resolve, stallMs));
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  const body = Buffer.concat(parts);
  if (response.statusCode !== 200) throw new Error(`status ${response.statusCode}: ${body}`);
  return body;
}
