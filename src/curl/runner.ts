import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { runTool } from '../process/run.ts';
import type { CurlRunner } from './curl.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The system's curl when the PATH has one, else the built-in client. */
export async function findCurlRunner(env: Env): Promise<CurlRunner> {
  const curl = await findOnPath('curl', env.PATH ?? '');
  return curl === undefined ? builtInCurl() : systemCurl(curl, env);
}

/** Runs curl as a process of the system. */
export function systemCurl(curl: string, env: Env): CurlRunner {
  return async (argv, { env: added, streams, signal }) => {
    const { exitCode } = await runTool({
      command: curl,
      args: argv,
      env: withNoProxy(env, added),
      signal,
      stdin: streams.inherit ? 'inherit' : streams.stdin,
      stdout: streams.inherit ? 'inherit' : streams.stdout,
      stderr: streams.inherit ? 'inherit' : streams.stderr,
    });
    return exitCode;
  };
}

/** Runs the client of `client/` in this process. It knows a part of curl's options, and no proxies. */
export function builtInCurl(): CurlRunner {
  return async (argv, { streams, signal }) => {
    const { runClient } = await import('./client/client.ts');
    return runClient(argv, { streams, signal });
  };
}

/** An asterisk alone stands for every name already. */
function withNoProxy(env: Env, added: Readonly<Record<string, string>>): Env {
  const before = env.no_proxy ?? env.NO_PROXY;
  if (added.no_proxy === undefined || !before) return { ...env, ...added };
  const list = before.trim() === '*' ? '*' : `${before},${added.no_proxy}`;
  return { ...env, ...added, no_proxy: list, NO_PROXY: list };
}

async function findOnPath(name: string, path: string): Promise<string | undefined> {
  for (const folder of path.split(delimiter).filter((part) => part !== '')) {
    const file = join(folder, name);
    const runs = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return file;
  }
  return undefined;
}
