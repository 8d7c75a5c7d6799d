import { openSync, readFileSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Bootstrap } from '../bootstrap/load.ts';
import { systemClock } from './clock.ts';
import type { Flags } from './flags.ts';
import { LoggerSet } from './log/logger.ts';
import { readBootstrap } from './server/read-bootstrap.ts';
import { Server, type ServerThreads } from './server/server.ts';

/** What a thread among several brings to its server. */
export interface ThreadSetup {
  /** Gives the text of `-c`. */
  readConfig(path: string): Buffer;
  threadsOf(bootstrap: Bootstrap): ServerThreads;
}

/**
 * A server on the real clock, files and randomness, from the bootstrap the flags name.
 *
 * @throws LabError for a config that cannot be read, or that Envoy would refuse
 */
export function createServer(flags: Flags, loggers: LoggerSet, setup?: ThreadSetup): Server {
  const readConfig = (path: string): Buffer => setup?.readConfig(path) ?? readFileSync(path);
  const { bootstrap, warnings } = readBootstrap(flags, readConfig);
  for (const warning of warnings) loggers.get('config').warn(warning);
  return new Server(bootstrap, flags, {
    clock: systemClock,
    loggers,
    hostname: hostname(),
    variables: process.env,
    readFile: (path) => readFileSync(path),
    uuid: lazyUuid(),
    random: Math.random,
    ...(setup && { threads: setup.threadsOf(bootstrap) }),
  });
}

/** Loads node:crypto with the first request that needs it: 6 ms that every proxy of a lab would pay at its start. */
function lazyUuid(): () => string {
  let randomUUID: (() => string) | undefined;
  return () => {
    randomUUID ??= process.getBuiltinModule('node:crypto').randomUUID;
    return randomUUID();
  };
}

/** The loggers the flags ask for; `thread` is the number in their lines. */
export function createLoggers(flags: Flags, thread = process.pid): LoggerSet {
  const fd = flags.logPath === '' ? 2 : openSync(flags.logPath, 'a');
  const write = (line: string): void => {
    try {
      writeSync(fd, line);
    } catch {
      // A log that nobody reads any more, or a full pipe, is no reason to stop serving.
    }
  };
  const loggers = new LoggerSet(flags.logLevel, write, flags.logPattern, thread);
  for (const [name, level] of flags.componentLogLevels) loggers.find(name)?.setLevel(level);
  return loggers;
}
