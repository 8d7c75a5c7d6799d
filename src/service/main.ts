import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { LabError } from '../error.ts';
import { type ForwarderState, readForwarderConfig } from './config.ts';
import { Forwarder } from './forwarder.ts';

// The forwarder's own program: `CONFIG-FILE STATE-FILE`. It runs until it is told to stop.

run(...process.argv.slice(2));

function run(configFile = '', stateFile = ''): void {
  const log = (line: string) => void process.stdout.write(`${line}\n`);
  const fail = (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  };
  // Whoever read the log may be gone.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => process.exit(0));
  try {
    const config = readForwarderConfig(readFileSync(configFile, 'utf8'), configFile);
    const ports = config.ports.map(({ port, target }) => `:${port} to :${target}`).join(', ');
    log(`service ${config.service} leads to ${config.selects}, ${ports}`);
    const tell = (state: ForwarderState) => writeState(stateFile, state, log);
    new Forwarder({ config, log, tell, fail });
  } catch (error) {
    const known = error instanceof LabError || (error as NodeJS.ErrnoException).code !== undefined;
    if (!known) throw error;
    fail(error as Error);
  }
}

/** Whole at any time: somebody may be reading it. What is forwarded does not depend on it. */
function writeState(file: string, state: ForwarderState, log: (line: string) => void): void {
  const fresh = `${file}.new`;
  try {
    writeFileSync(fresh, JSON.stringify(state));
    renameSync(fresh, file);
  } catch (error) {
    log((error as Error).message);
  }
}
