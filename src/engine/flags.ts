import { readDocument } from '../document/document.ts';
import { dialectOf, type EnvoyConfig, hasAdmin, isRecord } from './config.ts';
import type { EngineRequest } from './engine.ts';

const configFolder = '/etc/envoy';

/** Where a container finds its config; Envoy reads it by its name's ending. */
export function configPath(config: EnvoyConfig): string {
  return `${configFolder}/envoy${dialectOf(config.path) === 'envoy' ? '.yaml' : '.json'}`;
}

/** Whether a path in a container is that of its config. */
export function isConfigPath(path: string): boolean {
  return path === `${configFolder}/envoy.yaml` || path === `${configFolder}/envoy.json`;
}

/** Where a container writes the address of its admin interface. */
export const adminAddressPath = '/tmp/envoy-lab-admin-address';

/** Envoy's default of 10 s would hide the last log lines. */
const flushMs = 100;

/** One worker, so that round robin is exact; a base id of its own, so that several start on one machine. */
const defaults: readonly (readonly [flag: string, value?: string])[] = [
  ['--concurrency', '1'],
  ['--file-flush-interval-msec', String(flushMs)],
  ['--use-dynamic-base-id'],
  ['--admin-address-path', adminAddressPath],
];

/** Flags that make one of ours superfluous. */
const replacedBy: Readonly<Record<string, readonly string[]>> = {
  '--use-dynamic-base-id': ['--base-id'],
};

/** A config without an admin interface gets one on the node's loopback, on any free port. */
const loopbackAdmin = { address: { socket_address: { address: '127.0.0.1', port_value: 0 } } };

/** Envoy's command line for a config: our defaults where the user's arguments do not say otherwise, then those. */
export function envoyFlags(request: EngineRequest): string[] {
  const given = new Set(request.args.filter((arg) => arg.startsWith('-')).map((arg) => arg.split('=')[0]!));
  const flags = ['-c', configPath(request.config)];
  for (const [flag, value] of defaults) {
    if ([flag, ...(replacedBy[flag] ?? [])].some((name) => given.has(name))) continue;
    flags.push(flag, ...(value === undefined ? [] : [value]));
  }
  return [...flags, ...withAdmin(request.config, request.args)];
}

/** Where the container's admin address will be written, after the user's arguments. */
export function adminAddressFile(args: readonly string[]): string {
  return flagValue(args, '--admin-address-path') ?? adminAddressPath;
}

/** The user's arguments, with an admin interface put into `--config-yaml` when nothing else brings one. */
function withAdmin(config: EnvoyConfig, args: readonly string[]): string[] {
  if (hasAdmin(config.document.value)) return [...args];
  const given = flagValue(args, '--config-yaml');
  if (given === undefined) return ['--config-yaml', JSON.stringify({ admin: loopbackAdmin }), ...args];
  const value = readDocument(given, '--config-yaml', 'envoy').value;
  if (hasAdmin(value) || !isRecord(value)) return [...args];
  const merged = JSON.stringify({ ...value, admin: { ...(value.admin as object), ...loopbackAdmin } });
  return [...mapFlag(args, '--config-yaml', () => merged)];
}

/** The arguments with each value of a flag, however it is written, changed. */
export function mapFlag(
  args: readonly string[],
  flag: string,
  change: (value: string) => string,
): readonly string[] {
  return args.map((arg, index) => {
    if (args[index - 1] === flag) return change(arg);
    return arg.startsWith(`${flag}=`) ? `${flag}=${change(arg.slice(flag.length + 1))}` : arg;
  });
}

function flagValue(args: readonly string[], flag: string): string | undefined {
  const joined = args.find((arg) => arg.startsWith(`${flag}=`));
  if (joined !== undefined) return joined.slice(flag.length + 1);
  const index = args.indexOf(flag);
  return index === -1 ? undefined : args[index + 1];
}
