import type { RootfsSpec } from '../runtime/node-spec.ts';
import { fixedAdmin } from './config.ts';
import type { EngineProgram, EngineRequest } from './engine.ts';
import { adminAddressFile, configPath, envoyFlags } from './flags.ts';

/** The container of any program that takes Envoy's flags. */
export function envoyProgram(
  command: readonly string[],
  rootfs: RootfsSpec,
  request: EngineRequest,
): EngineProgram {
  return {
    rootfs,
    argv: [...command, ...envoyFlags(request)],
    env: {},
    volumes: [],
    files: [{ path: configPath(request.config), from: { content: request.config.text } }],
    ready: { kind: 'admin', addressFile: adminAddressFile(request.args), ...adminAddress(request) },
  };
}

/** Where the admin will be, when the config alone decides it. */
function adminAddress({ config, args }: EngineRequest): {
  address?: { readonly host: string; readonly port: number };
} {
  const address = args.length === 0 ? fixedAdmin(config.document.value) : undefined;
  return address === undefined ? {} : { address };
}
