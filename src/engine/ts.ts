import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Problem } from '../document/problem.ts';
import type { EnvoyConfig } from './config.ts';
import type { Engine, EngineFinding, ReadyEngine } from './engine.ts';
import { envoyProgram } from './program.ts';

/** Our own data plane, in TypeScript: needs nothing but Node. */
export const ts: Engine = {
  name: 'ts',
  summary: 'our TypeScript data plane, needs nothing but Node',

  async find(machine): Promise<EngineFinding> {
    const path = machine.proxyBundle;
    if (existsSync(path)) return { found: true, path, version: machine.version };
    return {
      found: false,
      detail: `the data plane's bundle ${path} is missing`,
      hint: 'build it: npm run build',
    };
  },

  use(finding, machine): ReadyEngine {
    return {
      name: 'ts',
      path: finding.path,
      version: finding.version,
      program: (request) => envoyProgram([machine.execPath, machine.proxyCommand], request),
      validate: ({ config, args }) => validateWithBundle(finding.path, config, args),
    };
  },
};

/** What the bundle exports beside its command; it is loaded by path, as it is started by path. */
interface ProxyBundle {
  checkConfig(
    text: string,
    file: string,
    options: { readonly allowUnsupported: boolean },
  ): readonly Problem[];
}

/** Asks the data plane itself, in this process: a process for each config would cost more than all the rest. */
async function validateWithBundle(
  path: string,
  config: EnvoyConfig,
  args: readonly string[],
): Promise<readonly Problem[]> {
  const { checkConfig } = (await import(pathToFileURL(path).href)) as ProxyBundle;
  return checkConfig(config.text, config.shown, { allowUnsupported: args.includes('--allow-unsupported') });
}
