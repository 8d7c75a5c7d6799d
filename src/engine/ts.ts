import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Problem } from '../document/problem.ts';
import type { RootfsSpec } from '../runtime/node-spec.ts';
import type { EnvoyConfig } from './config.ts';
import type { Engine, EngineFinding, EngineMachine, ReadyEngine } from './engine.ts';
import { envoyProgram } from './program.ts';
import { unsteeredProgram } from './steer/program.ts';
import { meets } from './version.ts';

/** Our own data plane, in TypeScript: needs nothing but Node. */
export const ts: Engine = {
  name: 'ts',
  summary: 'our TypeScript data plane, needs nothing but Node',

  async find(machine, wanted): Promise<EngineFinding> {
    const { proxyBundle: path, version } = machine;
    if (wanted !== undefined && !meets(version, wanted)) {
      return {
        found: false,
        detail: `it is a part of envoy-lab, and this one is ${version}, not ${wanted}`,
        hint: 'use --engine ts; to run a version of Envoy itself: --engine envoy@1.38',
      };
    }
    if (existsSync(path)) return { found: true, path, version, why: 'it is a part of envoy-lab' };
    return {
      found: false,
      detail: `the data plane's bundle ${path} is missing`,
      hint: 'build it: npm run build',
    };
  },

  async survey(machine) {
    const { proxyBundle: path, version } = machine;
    return existsSync(path) ? [{ path, version, place: 'envoy-lab' }] : [];
  },

  use({ path, version }, machine): ReadyEngine {
    return {
      name: 'ts',
      path,
      version,
      program: (request) => {
        if (request.programs === 'image') return envoyProgram(['envoy-lab-proxy'], imageOf(machine), request);
        const command = [machine.execPath, machine.proxyCommand];
        const program = envoyProgram(command, { ...imageOf(machine), files: [] }, request);
        const isShared = request.sharedNetwork !== undefined;
        return { ...program, ...(isShared && { steered: unsteeredProgram(program.argv, request) }) };
      },
      validate: ({ config, args }) => validateWith(machine.proxyCommand, config, args),
    };
  },
};

const bundleInside = '/usr/local/lib/envoy-lab/envoy-lab-proxy.mjs';

/** An image with the data plane and the command that starts it. */
function imageOf({ execPath, proxyBundle }: EngineMachine): RootfsSpec {
  const start = `#!/usr/bin/env node\nimport('${bundleInside}').then(({ run }) => run());\n`;
  return {
    name: 'ts',
    programs: [{ name: 'node', hostPath: execPath }],
    files: [
      { path: bundleInside, from: { hostPath: proxyBundle } },
      { path: '/usr/local/bin/envoy-lab-proxy', from: { content: start }, mode: 0o755 },
    ],
  };
}

/** What the file that starts the data plane gives whoever requires it. */
interface ProxyModule {
  checkConfig(
    text: string,
    file: string,
    options: { readonly allowUnsupported: boolean },
  ): readonly Problem[];
}

/** Asks the data plane itself, in this process: a process for each config would cost more than all the rest. */
async function validateWith(
  file: string,
  config: EnvoyConfig,
  args: readonly string[],
): Promise<readonly Problem[]> {
  const { checkConfig } = createRequire(import.meta.url)(file) as ProxyModule;
  return checkConfig(config.text, config.shown, { allowUnsupported: args.includes('--allow-unsupported') });
}
