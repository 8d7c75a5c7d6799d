import type { Socket as UdpSocket } from 'node:dgram';
import { createServer, type Server, type Socket } from 'node:net';
import type { UpstreamScript } from './case.ts';
import type { ClientView } from './client.ts';
import { DeafPort } from './deaf.ts';
import { Http2UpstreamView, serveHttp2 } from './http2/upstream.ts';
import { frame } from './message.ts';
import { serveRedis } from './redis.ts';
import { playTcp, watchTcp } from './tcp.ts';
import { acceptTls, type UpstreamTlsView } from './tls.ts';
import { startUdp } from './udp.ts';

const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

/** What an upstream saw on one connection. */
export interface UpstreamConnection {
  readonly received: string;
  readonly end: ClientView['end'];
  /** How many came, where `received` says it in another way. */
  readonly bytes?: number;
  readonly tls?: UpstreamTlsView;
}

/** A server that answers by script and remembers every byte. */
export class Upstream implements AsyncDisposable {
  readonly connections: UpstreamConnection[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #script: UpstreamScript;
  readonly #ports: ReadonlyMap<string, number>;
  #answered = 0;
  #port = 0;
  #deaf: DeafPort | undefined;
  #udp: UdpSocket | undefined;

  private constructor(script: UpstreamScript, ports: ReadonlyMap<string, number>) {
    this.#ports = ports;
    this.#script = script;
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#accept(socket));
  }

  /** `ports`: those of all upstreams, by name, known in the end. */
  static async start(
    script: UpstreamScript,
    ports: ReadonlyMap<string, number> = new Map(),
  ): Promise<{ upstream: Upstream; port: number }> {
    const upstream = new Upstream(script, ports);
    if (script.udp !== undefined) {
      const udp = await startUdp(script.udp, upstream.connections);
      upstream.#udp = udp;
      const { port } = udp.address();
      if (script.refuse) await upstream[Symbol.asyncDispose]();
      return { upstream, port };
    }
    if (script.deaf) {
      upstream.#deaf = await DeafPort.open();
      return { upstream, port: upstream.#deaf.port };
    }
    await upstream.#listen(0);
    const { port } = upstream.#server.address() as { port: number };
    upstream.#port = port;
    if (script.refuse) await upstream[Symbol.asyncDispose]();
    return { upstream, port };
  }

  /** Listens again where it listened before. */
  async listen(): Promise<void> {
    if (!this.#server.listening) await this.#listen(this.#port);
  }

  #listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
  }

  get bytes(): number {
    return this.connections.reduce(
      (sum, connection) => sum + (connection.bytes ?? connection.received.length),
      0,
    );
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.setNoDelay(true);
    if (this.#script.tls === undefined) this.#serve(socket);
    else acceptTls(socket, this.#script.tls, (secure, view) => this.#serve(secure, view));
  }

  #serve(socket: Socket, tls?: UpstreamTlsView): void {
    if (this.#script.http2 !== undefined) {
      const view = new Http2UpstreamView(tls);
      this.connections.push(view);
      serveHttp2(socket, view, this.#script.http2, () => this.#answered++);
      return;
    }
    const connection = { received: '', end: 'open' as ClientView['end'], ...(tls && { tls }) };
    // A handshake that the proxy does not like counts as none: it is told so in different ways.
    if (tls === undefined) this.connections.push(connection);
    else socket.once('data', () => this.connections.push(connection));
    if (this.#script.tcp !== undefined) {
      watchTcp(socket, connection);
      void playTcp(this.#script.tcp, socket, connection);
      return;
    }
    if (this.#script.redis !== undefined) {
      serveRedis(socket, connection, this.#script.redis, this.#ports);
      return;
    }
    let at = 0;
    let handled = false;
    socket.on('error', () => {
      connection.end = 'reset';
    });
    socket.on('end', () => {
      if (connection.end === 'open') connection.end = 'fin';
      socket.end();
    });
    socket.on('data', (data) => {
      connection.received += data.toString('latin1');
      for (;;) {
        const { headEnd, end } = frame(connection.received, at, 'request');
        const answers = this.#script.answers ?? [{}];
        const answer = answers[Math.min(this.#answered, answers.length - 1)]!;
        const due = answer.on === 'head' ? headEnd >= 0 : end >= 0;
        if (due && !handled) {
          handled = true;
          this.#answered++;
          const { raw = ok, finally: after = 'keep' } = answer;
          if (raw !== '') socket.write(raw, 'latin1');
          if (after === 'close') socket.end();
          if (after === 'reset') socket.resetAndDestroy();
        }
        if (end < 0) return;
        at = end;
        handled = false;
        if (at >= connection.received.length) return;
      }
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#deaf?.[Symbol.dispose]();
    this.#udp?.close();
    this.#udp = undefined;
    for (const socket of this.#sockets) socket.destroy();
    if (this.#server.listening) await new Promise((resolve) => this.#server.close(resolve));
  }
}
