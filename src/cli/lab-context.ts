import { dirname, join } from 'node:path';
import { engines } from '../engine/registry.ts';
import type { LabContext, RuntimeSource } from '../lab/context.ts';
import type { LabEvent } from '../lab/event.ts';
import { type RuntimeOptions, runtimes } from '../runtime/registry.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { stateFolder } from '../state/folder.ts';
import { StateStore } from '../state/store.ts';
import type { Io } from './io.ts';
import { packageRoot, packageVersion } from './package-root.ts';

/** What the lab layer works with on this machine. */
export function labContext(io: Io, command: string, emit: (event: LabEvent) => void): LabContext {
  const root = packageRoot();
  const dist = join(root, 'dist');
  const imageRoots = [join(root, 'images')];
  const store = once(() => openStore(io, emit));
  const options = once((): RuntimeOptions => {
    const engine = io.env.ENVOY_PATH ? [dirname(io.env.ENVOY_PATH)] : [];
    return {
      stateDir: store().folder,
      env: io.env,
      supervisor: [io.execPath, join(dist, 'supervisor.js')],
      visible: [dist, join(root, 'bin'), join(root, 'package.json'), ...imageRoots, ...engine],
    };
  });
  return {
    runtimes: runtimes.map(({ name, load }): RuntimeSource => {
      const loaded = once((): Promise<Runtime> => load(options()));
      return { name, load: async () => loaded() };
    }),
    engines,
    machine: {
      env: io.env,
      version: packageVersion(),
      execPath: io.execPath,
      proxyBundle: join(dist, 'envoy-lab-proxy.js'),
      proxyCommand: join(root, 'bin', 'envoy-lab-proxy.js'),
      folders: [io.cwd, root],
    },
    curlClient: [io.execPath, join(root, 'bin', 'envoy-lab.js'), '__curl'],
    store,
    sandboxRoots: [join(root, 'sandboxes')],
    imageRoots,
    cwd: io.cwd,
    env: io.env,
    owner: String(io.uid),
    now: io.now,
    emit,
    signal: io.signal,
    command,
  };
}

function openStore(io: Io, emit: (event: LabEvent) => void): StateStore {
  const folder = stateFolder({ env: io.env, temporary: io.temporary, uid: io.uid });
  if (folder.fallback !== undefined) {
    emit({ kind: 'warning', text: `${folder.fallback}, so lab state is kept in ${folder.path}` });
  }
  return new StateStore(folder.path);
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
