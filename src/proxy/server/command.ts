import type { LoggerName, LogLevel } from '../log/logger.ts';
import type { Server } from './server.ts';

/** What the admin interface or a signal changes, in every thread. */
export type Command =
  /** `/healthcheck/fail` and `/healthcheck/ok`. */
  | { readonly kind: 'health'; readonly failed: boolean }
  /** Connections are wound down from now on. */
  | { readonly kind: 'drain' }
  /** Listeners, or those whose `traffic_direction` is INBOUND, accept no more. */
  | { readonly kind: 'stop'; readonly inboundOnly: boolean }
  | { readonly kind: 'runtime'; readonly values: ReadonlyMap<string, string> }
  | { readonly kind: 'logging'; readonly levels: readonly (readonly [LoggerName, LogLevel])[] }
  /** Access logs are opened anew. */
  | { readonly kind: 'reopen' };

/**
 * Does it in this thread.
 *
 * @throws LabError when there is no admin layer to write runtime values to
 */
export function execute(command: Command, server: Server): void {
  switch (command.kind) {
    case 'health':
      server.healthCheckFailed = command.failed;
      server.serverStats.live.set(command.failed ? 0 : 1);
      break;
    case 'drain':
      server.drainManager.start(() => {});
      break;
    case 'stop':
      server.listeners.stop(command.inboundOnly);
      break;
    case 'runtime':
      server.runtime.override(command.values);
      break;
    case 'logging':
      for (const [name, level] of command.levels) server.loggers.get(name).setLevel(level);
      break;
    case 'reopen':
      server.accessLogs.reopen();
  }
}
