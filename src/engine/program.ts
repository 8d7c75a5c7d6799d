import type { EngineProgram, EngineRequest } from './engine.ts';
import { adminAddressFile, configPath, envoyFlags } from './flags.ts';

/** The container of any program that takes Envoy's flags. */
export function envoyProgram(command: readonly string[], request: EngineRequest): EngineProgram {
  return {
    argv: [...command, ...envoyFlags(request)],
    env: {},
    volumes: [],
    files: [{ path: configPath(request.config), from: { content: request.config.text } }],
    ready: { kind: 'admin', addressFile: adminAddressFile(request.args) },
  };
}
