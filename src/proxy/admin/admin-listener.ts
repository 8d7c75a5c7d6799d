import type { Socket } from 'node:net';
import type { envoy } from '../../bootstrap/api.generated.ts';
import type { AccessLog } from '../access-log/access-log.ts';
import { compileAccessLogs } from '../access-log/compile.ts';
import { fileAccessLog } from '../access-log/logger/file.ts';
import { createHttp1Stats } from '../codec/http1/codec-stats.ts';
import { createHttp2Stats } from '../codec/http2/codec-stats.ts';
import { readConfig } from '../filters/network/http_connection_manager/config.ts';
import { HttpConnectionManager } from '../filters/network/http_connection_manager/connection-manager.ts';
import { DateHeader } from '../filters/network/http_connection_manager/date-header.ts';
import type { SharedState } from '../filters/network/http_connection_manager/shared-state.ts';
import { createStats } from '../filters/network/http_connection_manager/stats.ts';
import { Upgrades } from '../filters/network/http_connection_manager/upgrade.ts';
import type { SocketAddress } from '../http/stream-info.ts';
import { addressText, readListenAddress } from '../listener/address.ts';
import { ConnectionHandler, factsOf } from '../listener/connection-handler.ts';
import { ListenSocket } from '../listener/listen-socket.ts';
import { compileStringMatcher } from '../route/match/string.ts';
import type { Server } from '../server/server.ts';
import { rawBuffer } from '../transport-sockets/raw-buffer.ts';
import { AdminFilter } from './admin-filter.ts';
import { adminHandlers } from './registry.ts';

/** `access_log`, or `access_log_path` of old, in Envoy's default format. */
function adminAccessLogs(admin: envoy.config.bootstrap.v3.Admin, server: Server): readonly AccessLog[] {
  const { environment, runtime, random } = server.context;
  const context = { environment, runtime, random, reader: server.context, manager: server.accessLogs };
  const path = admin.access_log_path;
  const old = path ? [fileAccessLog.configure({ path }, context)] : [];
  return [...compileAccessLogs(admin.access_log, context), ...old];
}

/** The admin interface: a connection manager of its own, counted as `listener.admin` and `http.admin`. */
export class AdminListener {
  readonly #handler: ConnectionHandler;
  readonly #shared: SharedState;
  #socket: ListenSocket | undefined;

  private constructor(server: Server) {
    const { context, stats } = server;
    const scope = stats.scope('listener').scope('admin');
    const admin = server.bootstrap.admin ?? {};
    const config = readConfig(
      {
        stat_prefix: 'admin',
        generate_request_id: false,
        use_remote_address: true,
        normalize_path: true,
        merge_slashes: true,
        // Nobody waits here: what is answered is closed at once, and a slow reader is let be.
        delayed_close_timeout: 0,
        stream_idle_timeout: 0,
        http_protocol_options: { allow_absolute_url: false },
      },
      '',
    );
    const allowed = (admin.allow_paths ?? []).map((matcher) => compileStringMatcher(matcher, server.runtime));
    const allows = (path: string): boolean =>
      allowed.length === 0 || allowed.some((matches) => matches(path));
    this.#handler = new ConnectionHandler(context.clock, scope, 'main_thread', 0, () =>
      server.nextConnectionId(),
    );
    this.#shared = {
      config,
      server: context,
      stats: createStats(stats.scope('http').scope('admin'), scope.scope('http').scope('admin'), false),
      http1Stats: createHttp1Stats(stats),
      http2Stats: createHttp2Stats(stats),
      routes: { current: { name: 'admin', clusters: new Set(), match: () => null } },
      filterFactories: [() => new AdminFilter(server, adminHandlers, allows)],
      upgrades: new Upgrades([], () => []),
      accessLogs: adminAccessLogs(admin, server),
      localReplyRewriter: undefined,
      drain: { drainClose: () => false },
      date: new DateHeader(context.clock),
    };
  }

  /** @throws LabError `runtime` when the address cannot be bound */
  static async open(server: Server, address: envoy.config.core.v3.Address): Promise<AdminListener> {
    const admin = new AdminListener(server);
    admin.#socket = await ListenSocket.listen(readListenAddress(address), 511, admin);
    server.loggers.get('admin').info(`admin address: ${admin.address}`);
    return admin;
  }

  /** Where it listens, with the port the system chose: `127.0.0.1:9901`. */
  get address(): string {
    return addressText(this.#socket!.local);
  }

  accept(socket: Socket, local: SocketAddress): void {
    const createFilter = (
      connection: HttpConnectionManager['connection'],
      limit: number,
    ): HttpConnectionManager => new HttpConnectionManager(connection, this.#shared, limit);
    const facts = factsOf(socket, local);
    if (facts === undefined) socket.destroy();
    else this.#handler.open(socket, { transport: rawBuffer, createFilter }, facts);
  }

  close(): void {
    this.#socket?.close();
    this.#handler.close('admin_closed');
  }
}
