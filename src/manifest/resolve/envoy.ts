import { posix } from 'node:path';
import type { Path } from '../../document/document.ts';
import { wholeReference } from '../../image/reference.ts';
import type { ContainerFields } from '../schema/pod.ts';
import type { PodContext } from './env.ts';
import type { Mounts } from './mounts.ts';
import { contentName } from './volumes.ts';

/** The config that Envoy's image has when nothing else is said. */
const DEFAULT_CONFIG = '/etc/envoy/envoy.yaml';

/** Whether an image is Envoy's own: `envoyproxy/envoy`, with any of its suffixes, of any registry. */
export function isEnvoyImage(image: string): boolean {
  const path = (wholeReference(image) ?? image).replace(/[:@][^/]*$/, '');
  return /(^|\/)envoyproxy\/envoy(-[\w-]+)?$/.test(path);
}

/**
 * Whether a command starts our own data plane as `envoy-lab export` writes it: an engine does that here. The place is
 * `dataPlaneStart` of the export, out of reach of this layer; the tests of both hold them together.
 */
export function isDataPlane(command: readonly string[]): boolean {
  return command[0] === 'node' && command[1] === '/usr/local/lib/envoy-lab/start.mjs';
}

/** Whether a probe asks Envoy's admin interface, as an engine's own one does; that one knows where the admin is. */
export function asksAdmin(ready: unknown): boolean {
  const probe = ready as { http?: { path: string }; exec?: readonly string[] } | undefined;
  return probe?.http?.path === '/ready' || (probe?.exec?.some((word) => word.includes('/ready')) ?? false);
}

/** A container that runs Envoy: the config's file in the folder, and the flags that remain. */
export interface EnvoyProgram {
  readonly envoy: string;
  readonly args: readonly string[];
}

/**
 * What an Envoy is started with: `envoy -c FILE` and the like, as its image's entrypoint has it (a first flag stands for
 * `envoy` before it). The file has to be of a volume that is mounted.
 *
 * @param words command and arguments, with the variables put in
 */
export function resolveEnvoy(
  context: PodContext,
  container: ContainerFields,
  path: Path,
  words: readonly string[],
  mounts: Mounts,
): EnvoyProgram | undefined {
  const { pod, findings } = context;
  const at = [...path, container.command === undefined ? 'args' : 'command'];
  const [first] = words;
  const begins = first !== undefined && !first.startsWith('-');
  if (begins && posix.basename(first) !== 'envoy') {
    findings.problem(pod.object, at, `must start envoy itself, not ${first}`, {
      hint: 'such as ["envoy", "-c", "/etc/envoy/envoy.yaml"]; a lab’s engine runs the config',
    });
    return undefined;
  }
  const { file, inline, rest } = flags(begins ? words.slice(1) : words);
  if (inline !== undefined && file === undefined) {
    const files = [{ path: 'envoy.yaml', content: Buffer.from(inline), mode: 0o644 }];
    const folder = posix.join('files', pod.node, contentName(container.name, files));
    mounts.directories.push(folder);
    mounts.content.push(...files.map((one) => ({ ...one, path: posix.join(folder, one.path) })));
    return { envoy: posix.join(folder, 'envoy.yaml'), args: rest };
  }
  const wanted = posix.resolve('/', file ?? DEFAULT_CONFIG);
  const found = mounts.inside.get(wanted);
  if (found === undefined) {
    findings.problem(
      pod.object,
      file === undefined ? path : at,
      `the config of Envoy, ${wanted}, is in no volume that is mounted`,
      {
        hint: 'mount a ConfigMap that has it, and name it with -c',
      },
    );
    return undefined;
  }
  withoutOther(mounts, found.path);
  // Beside a file it is put over that, as Envoy does.
  return { envoy: found.path, args: inline === undefined ? rest : ['--config-yaml', inline, ...rest] };
}

/** Where an engine puts the config: another file that a volume has there would take its place. */
const ENGINE_CONFIGS = ['/etc/envoy/envoy.yaml', '/etc/envoy/envoy.json'];

function withoutOther(mounts: Mounts, config: string): void {
  for (const place of ENGINE_CONFIGS) {
    const other = mounts.inside.get(place);
    if (other === undefined || other.path === config) continue;
    for (const [host, inside] of Object.entries(mounts.files)) {
      if (inside !== place && !place.startsWith(`${inside}/`)) continue;
      delete mounts.files[host];
      for (const [path, file] of mounts.inside) {
        if (path !== place && path.startsWith(`${inside}/`)) mounts.files[file.path] = path;
      }
    }
  }
}

/** Envoy's flags with those that name the config taken out. */
function flags(words: readonly string[]): {
  file: string | undefined;
  inline: string | undefined;
  rest: string[];
} {
  const found = { file: undefined as string | undefined, inline: undefined as string | undefined };
  const rest: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const [, name = '', value] = /^(-c|--config-path|--config-yaml)(?:=([\s\S]*))?$/.exec(words[i]!) ?? [];
    if (name === '') rest.push(words[i]!);
    else found[name === '--config-yaml' ? 'inline' : 'file'] = value ?? words[++i];
  }
  return { ...found, rest };
}
