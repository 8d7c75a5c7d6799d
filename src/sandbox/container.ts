import { posix, resolve } from 'node:path';
import type { Path } from '../document/document.ts';
import { didYouMean } from '../document/suggest.ts';
import { isReference, wholeReference } from '../image/reference.ts';
import type { Dependency, VolumeSpec } from '../runtime/node-spec.ts';
import type { ContainerFields } from './container-schema.ts';
import { type Context, itemPath } from './context.ts';
import { NO_REFERENCE, requireImage } from './image-rules.ts';
import type { SandboxContainer, SandboxFile, SandboxProgram } from './sandbox.ts';

/** One container; problems go to the context. `at` is the path whose key is the container. */
export function resolveContainer(
  context: Context,
  owner: { readonly node: string; readonly container: string; readonly path: Path },
  fields: ContainerFields,
): SandboxContainer {
  const { path } = owner;
  return {
    name: owner.container,
    at: context.document.positionOfKey(path),
    program: resolveProgram(context, path, fields),
    env: fields.env ?? {},
    files: resolveFiles(context, path, fields.files ?? {}),
    volumes: resolveVolumes(context, path, fields.volumes ?? []),
    user: fields.user,
    workdir: fields.workdir,
    ready: fields.ready,
    dependsOn: resolveDependencies(context, owner, fields.depends_on ?? []),
    once: fields.once ?? false,
  };
}

function resolveProgram(context: Context, path: Path, fields: ContainerFields): SandboxProgram {
  const { problems } = context;
  if (fields.envoy !== undefined) {
    for (const other of ['image', 'command'] as const) {
      if (fields[other] === undefined) continue;
      problems.add([...path, other], `cannot stand beside envoy: the engine runs the config`, { key: true });
    }
    if (fields.engine !== undefined) checkEngine(context, [...path, 'engine'], fields.engine);
    const config = resolve(context.folder, fields.envoy);
    requireHostPath(context, [...path, 'envoy'], fields.envoy, 'file');
    return { kind: 'envoy', config, engine: fields.engine, args: fields.args ?? [] };
  }
  const { image, command, args } = fields;
  const ofRegistry = image !== undefined && isReference(image);
  for (const only of ['engine', 'args'] as const) {
    if (fields[only] === undefined || (only === 'args' && ofRegistry)) continue;
    problems.add([...path, only], 'goes with envoy', { hint: 'an app has command', key: true });
  }
  if (image === undefined && command === undefined) {
    problems.add(path, 'needs one of envoy, image and command', { key: true });
  }
  if (image === undefined) return { kind: 'app', image, command };
  if (!ofRegistry) {
    requireImage(context, [...path, 'image'], image, context.images);
    return { kind: 'app', image, command };
  }
  const whole = wholeReference(image);
  if (whole === undefined) problems.add([...path, 'image'], NO_REFERENCE);
  const ours = whole === undefined ? undefined : context.imageRules.get(whole);
  return { kind: 'app', image: ours, reference: image, command, ...(args && { args }) };
}

/** `envoy`, or `envoy@1.38`; whether this machine has that version is seen when it is needed. */
function checkEngine({ problems, engines }: Context, path: Path, engine: string): void {
  const [name = '', ...version] = engine.split('@');
  if (!engines.includes(name)) {
    problems.add(path, `no engine "${name}"`, { hint: didYouMean(name, engines) });
  } else if (version.length > 0 && !/^v?\d[\w.-]*$/.test(version.join('@'))) {
    problems.add(path, `"${engine}" is not ENGINE@VERSION`, { hint: `such as ${name}@1.38` });
  }
}

function resolveFiles(context: Context, path: Path, files: Readonly<Record<string, string>>): SandboxFile[] {
  const taken = new Map<string, string>();
  return Object.entries(files).map(([host, inside]) => {
    const at = [...path, 'files', host];
    const target = posix.normalize(inside).replace(/(.)\/$/, '$1');
    requireHostPath(context, at, host, undefined, true);
    const other = taken.get(target);
    if (other !== undefined) context.problems.add(at, `${target} is the place of ${other} already`);
    taken.set(target, host);
    return { hostPath: resolve(context.folder, host), path: target };
  });
}

function resolveVolumes(
  context: Context,
  path: Path,
  volumes: NonNullable<ContainerFields['volumes']>,
): VolumeSpec[] {
  return volumes.map(({ host, inside, readOnly, step }) => {
    requireHostPath(context, [...path, 'volumes', step], host, 'directory', typeof step === 'string');
    return { hostPath: resolve(context.folder, host), path: inside, readOnly };
  });
}

/** Names that are no container of the node and no other node are problems; cycles are found in `dependencies.ts`. */
function resolveDependencies(
  context: Context,
  { node, container, path }: { readonly node: string; readonly container: string; readonly path: Path },
  dependencies: readonly Dependency[],
): Dependency[] {
  const siblings = context.names.containersOf(node).filter((name) => name !== container);
  const others = [...context.names.nodes, ...context.names.services].filter((name) => name !== node);
  const list = [...path, 'depends_on'];
  return dependencies.map(({ name, until }, index) => {
    if (!siblings.includes(name) && !others.includes(name)) {
      const at = itemPath(context.document, list, index);
      const own = name === container || name === node;
      context.problems.add(
        at === list ? [...list, name] : at,
        own ? 'cannot depend on itself' : `no container of ${node} and no node is called "${name}"`,
        { hint: own ? undefined : didYouMean(name, [...siblings, ...others]), key: at === list },
      );
    }
    return { name, until };
  });
}

/** Reports a path that leads to nothing, or to the wrong kind of thing. */
function requireHostPath(
  context: Context,
  path: Path,
  host: string,
  kind: 'file' | 'directory' | undefined,
  key = false,
): void {
  const found = context.look(resolve(context.folder, host));
  if (found === undefined) {
    context.problems.add(path, `no such file: ${host}`, { hint: `looked in ${context.folder}`, key });
  } else if (kind !== undefined && found !== kind) {
    context.problems.add(path, `${host} is a ${found}, not a ${kind}`, { key });
  }
}
