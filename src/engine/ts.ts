import { existsSync } from 'node:fs';
import type { Engine, EngineFinding, ReadyEngine } from './engine.ts';
import { envoyProgram } from './program.ts';

/** Our own data plane, in TypeScript: needs nothing but Node. */
export const ts: Engine = {
  name: 'ts',
  summary: 'our TypeScript data plane, needs nothing but Node',

  async find(machine): Promise<EngineFinding> {
    const path = machine.proxyBundle;
    if (existsSync(path)) return { found: true, path, version: process.version };
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
      program: (request) => envoyProgram([machine.execPath, finding.path], request),
      validate: async () => [],
    };
  },
};
