import { readDocument } from '../../document/document.ts';
import type { SteeredSpec } from '../../runtime/node-spec.ts';
import type { EngineRequest, SharedNetwork } from '../engine.ts';
import { configPath, mapFlag } from '../flags.ts';
import { portsOf, steerBootstrap, steerConfig } from './steer.ts';

/** Beside the user's own, which stays what it is. */
const steeredPath = '/etc/envoy/steered.json';

/**
 * How the real Envoy runs on a network that nodes share.
 *
 * @param argv how it runs on a network of its own
 */
export function steeredProgram(
  argv: readonly string[],
  { config, container }: EngineRequest,
  network: SharedNetwork,
): SteeredSpec {
  const { value } = config.document;
  const text = (json: unknown) => JSON.stringify(json, undefined, 1);
  // Shared memory for hot restarts would be this machine's, and stay there when a lab is killed.
  const alone = argv.map((word) => (word === '--use-dynamic-base-id' ? '--disable-hot-restart' : word));
  const onConfig = mapFlag(alone, '-c', (path) => (path === configPath(config) ? steeredPath : path));
  const steeredArgv = mapFlag(onConfig, '--config-yaml', (given) =>
    JSON.stringify(steerConfig(readMerged(given, container), network)),
  );
  return {
    argv: steeredArgv,
    files: [{ path: steeredPath, content: text(steerBootstrap(value, network)) }],
    ports: openedPorts(argv, value, container),
  };
}

/**
 * For our own data plane, which is moved to its node's address as every program of Node is: the ports it opens are among the
 * machine's all the same.
 *
 * @param argv how it runs on a network of its own
 */
export function unsteeredProgram(argv: readonly string[], { config, container }: EngineRequest): SteeredSpec {
  return { argv, files: [], ports: openedPorts(argv, config.document.value, container) };
}

function openedPorts(argv: readonly string[], config: unknown, container: string): number[] {
  const merged: unknown[] = [];
  mapFlag(argv, '--config-yaml', (given) => {
    merged.push(readMerged(given, container));
    return given;
  });
  return [...new Set([config, ...merged].flatMap(portsOf))];
}

function readMerged(given: string, container: string): unknown {
  return readDocument(given, `--config-yaml of ${container}`, 'envoy').value;
}
