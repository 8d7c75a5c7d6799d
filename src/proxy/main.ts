import { writeFileSync } from 'node:fs';
import { LabError } from '../error.ts';
import { createLoggers, createServer } from './create-server.ts';
import { FlagError, type Flags, helpText, parseFlags } from './flags.ts';
import type { LoggerSet } from './log/logger.ts';
import type { Server } from './server/server.ts';
import { version } from './version.ts';

export { checkConfig } from './check-config.ts';

/** What a worker thread does that has loaded this program. */
export async function serveWorker(): Promise<void> {
  const worker = await import('./worker/thread.ts');
  worker.serveWorker();
}

const name = 'envoy-lab-proxy';

/**
 * The data plane's command: takes Envoy's flags, runs until it is told to stop. `program`: path or URL of the file that
 * its worker threads load.
 */
export async function run(program = import.meta.url): Promise<void> {
  process.exitCode = await main(process.argv.slice(2), program);
  // What still waits (an upstream that does not answer, a paused client) must not keep the process.
  process.exit();
}

async function main(args: readonly string[], program: string): Promise<number> {
  let flags: Flags;
  try {
    flags = parseFlags(args);
  } catch (error) {
    if (!(error instanceof FlagError)) throw error;
    return fail(error.message);
  }
  if (flags.given.has('help')) return print(helpText(name));
  if (flags.given.has('version')) return print(`${name}  version: ${version}\n`);
  if (flags.configPath === '' && flags.configYaml === '') {
    return fail('At least one of --config-path or --config-yaml should be non-empty');
  }
  if (flags.restartEpoch > 0) return fail(`--restart-epoch ${flags.restartEpoch}: there is no hot restart`);
  const loggers = createLoggers(flags);
  try {
    return flags.mode === 'validate' ? await validate(flags, loggers) : await serve(flags, loggers, program);
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

async function serve(flags: Flags, loggers: LoggerSet, program: string): Promise<number> {
  const log = loggers.get('main');
  // Until something listens nothing else keeps the process: its timers do not.
  const alive = setInterval(() => {}, 2 ** 31 - 1);
  log.info('initializing epoch 0 (base id=0, hot restart version=disabled)');
  const { Workers } = flags.concurrency > 1 ? await import('./worker/workers.ts') : {};
  const workers = Workers && new Workers(flags, program);
  const server = createServer(flags, loggers, workers);
  if (flags.baseIdPath !== '') writeFileSync(flags.baseIdPath, '0');
  const stopped = stopSignal(server);
  const admin = await server.startAdmin();
  if (admin !== undefined && flags.adminAddressPath !== '') writeFileSync(flags.adminAddressPath, admin);
  await server.load();
  workers?.load(server);
  const started = server.start();
  const reason = await Promise.race([started.then(() => undefined), stopped]);
  if (reason === undefined) {
    log.info('starting main dispatch loop');
    await stopped;
  }
  log.info('shutting down server instance');
  await workers?.end();
  await server.shutdown();
  clearInterval(alive);
  log.info('exiting');
  return 0;
}

/** Resolves with what ended the run: a signal, or a post to `/quitquitquit`. */
function stopSignal(server: Server): Promise<string> {
  const log = server.loggers.get('main');
  process.on('SIGUSR1', () => server.command({ kind: 'reopen' }));
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

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

function fail(message: string): number {
  process.stderr.write(`${message}\n`);
  return 1;
}
