import { randomUUID } from 'node:crypto';
import { openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { LabError } from '../error.ts';
import { systemClock } from './clock.ts';
import { FlagError, type Flags, helpText, parseFlags } from './flags.ts';
import { LoggerSet } from './log/logger.ts';
import { readBootstrap } from './server/read-bootstrap.ts';
import { Server } from './server/server.ts';
import { version } from './version.ts';

export { checkConfig } from './check-config.ts';

const program = 'envoy-lab-proxy';

/** The data plane's command: takes Envoy's flags, runs until it is told to stop. */
export async function run(): Promise<void> {
  process.exitCode = await main(process.argv.slice(2));
  // What still waits (an upstream that does not answer, a paused client) must not keep the process.
  process.exit();
}

async function main(args: readonly string[]): Promise<number> {
  let flags: Flags;
  try {
    flags = parseFlags(args);
  } catch (error) {
    if (!(error instanceof FlagError)) throw error;
    return fail(error.message);
  }
  if (flags.given.has('help')) return print(helpText(program));
  if (flags.given.has('version')) return print(`${program}  version: ${version}\n`);
  if (flags.configPath === '' && flags.configYaml === '') {
    return fail('At least one of --config-path or --config-yaml should be non-empty');
  }
  if (flags.concurrency > 1) {
    return fail(`--concurrency ${flags.concurrency}: more than one worker is not implemented yet, use 1`);
  }
  if (flags.restartEpoch > 0) return fail(`--restart-epoch ${flags.restartEpoch}: there is no hot restart`);
  const loggers = createLoggers(flags);
  try {
    return flags.mode === 'validate' ? await validate(flags, loggers) : await serve(flags, loggers);
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    const hint = error.hint === undefined ? '' : ` (${error.hint})`;
    loggers.get('main').critical(`error initializing config '${flags.configPath}': ${error.message}${hint}`);
    loggers.get('main').info('exiting');
    return fail(`${error.message}${hint}`);
  }
}

async function validate(flags: Flags, loggers: LoggerSet): Promise<number> {
  const server = createServer(flags, loggers);
  await server.load();
  await server.shutdown();
  return print(`configuration '${flags.configPath}' OK\n`);
}

async function serve(flags: Flags, loggers: LoggerSet): Promise<number> {
  const log = loggers.get('main');
  // Until something listens nothing else keeps the process: its timers do not.
  const alive = setInterval(() => {}, 2 ** 31 - 1);
  log.info('initializing epoch 0 (base id=0, hot restart version=disabled)');
  const server = createServer(flags, loggers);
  if (flags.baseIdPath !== '') writeFileSync(flags.baseIdPath, '0');
  const stopped = stopSignal(server);
  const admin = await server.startAdmin();
  if (admin !== undefined && flags.adminAddressPath !== '') writeFileSync(flags.adminAddressPath, admin);
  await server.load();
  const started = server.start();
  const reason = await Promise.race([started.then(() => undefined), stopped]);
  if (reason === undefined) {
    log.info('starting main dispatch loop');
    await stopped;
  }
  log.info('shutting down server instance');
  await server.shutdown();
  clearInterval(alive);
  log.info('exiting');
  return 0;
}

function createServer(flags: Flags, loggers: LoggerSet): Server {
  const { bootstrap, warnings } = readBootstrap(flags, readFileSync);
  for (const warning of warnings) loggers.get('config').warn(warning);
  return new Server(bootstrap, flags, {
    clock: systemClock,
    loggers,
    hostname: hostname(),
    variables: process.env,
    readFile: (path) => readFileSync(path),
    uuid: randomUUID,
    random: Math.random,
  });
}

/** Resolves with what ended the run: a signal, or a post to `/quitquitquit`. */
function stopSignal(server: Server): Promise<string> {
  const log = server.loggers.get('main');
  process.on('SIGUSR1', () => server.accessLogs.reopen());
  process.on('SIGHUP', () => log.warn('caught and eating SIGHUP'));
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        log.warn(`caught ${signal}`);
        resolve(signal);
      });
    }
    server.onQuit = () => resolve('/quitquitquit');
  });
}

function createLoggers(flags: Flags): LoggerSet {
  const fd = flags.logPath === '' ? 2 : openSync(flags.logPath, 'a');
  const write = (line: string): void => {
    try {
      writeSync(fd, line);
    } catch {
      // A log that nobody reads any more, or a full pipe, is no reason to stop serving.
    }
  };
  const loggers = new LoggerSet(flags.logLevel, write, flags.logPattern, process.pid);
  for (const [name, level] of flags.componentLogLevels) loggers.find(name)?.setLevel(level);
  return loggers;
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

function fail(message: string): number {
  process.stderr.write(`${message}\n`);
  return 1;
}
