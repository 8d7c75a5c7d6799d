import { dirname, join } from 'node:path';
import { engines } from '../engine/registry.ts';
import type { LabContext, RuntimeSource } from '../lab/context.ts';
import type { LabEvent } from '../lab/event.ts';
import { type RuntimeEntry, type RuntimeOptions, runtimes } from '../runtime/registry.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { stateFolder } from '../state/folder.ts';
import { StateStore } from '../state/store.ts';
import { packageRoot, packageVersion } from './package-root.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * What the lab layer works with on a machine.
 *
 * @param command what is being done, for whoever has to wait for it
 */
export function labContext(
  surroundings: Surroundings,
  command: string,
  emit: (event: LabEvent) => void,
): LabContext {
  const { env, cwd, execPath, now, uid, signal } = surroundings;
  const root = packageRoot();
  const dist = join(root, 'dist');
  const imageRoots = [join(root, 'images')];
  const store = once(() => openStore(surroundings, emit));
  // An engine knows no users: those who share one account on it, as CI jobs do, keep their labs apart by this name.
  const owner = env.ENVOY_LAB_OWNER || String(uid);
  const options = once((): RuntimeOptions => {
    const engine = env.ENVOY_PATH ? [dirname(env.ENVOY_PATH)] : [];
    return {
      stateDir: store().folder,
      env,
      uid,
      owner,
      supervisor: [execPath, join(root, 'bin', 'supervisor.js')],
      agent: [execPath, join(dist, 'kubernetes-agent.js')],
      visible: [dist, join(root, 'bin'), join(root, 'package.json'), ...imageRoots, ...engine],
    };
  });
  return {
    runtimes: runtimes.map((entry) => runtimeSource(entry, options)),
    engines,
    machine: {
      env,
      version: packageVersion(),
      execPath,
      proxyBundle: join(dist, 'envoy-lab-proxy.js'),
      proxyCommand: join(root, 'bin', 'envoy-lab-proxy.js'),
      folders: [cwd, root],
    },
    forwarder: join(dist, 'envoy-lab-forwarder.js'),
    curlClient: [execPath, join(root, 'bin', 'envoy-lab.js'), '__curl'],
    store,
    sandboxRoots: [join(root, 'sandboxes')],
    imageRoots,
    cwd,
    env,
    owner,
    now,
    emit,
    signal,
    command,
  };
}

function runtimeSource(
  { name, load, endpoints, survey }: RuntimeEntry,
  options: () => RuntimeOptions,
): RuntimeSource {
  const loaded = new Map<string | undefined, Promise<Runtime>>();
  return {
    name,
    load: async (endpoint) => {
      const runtime = loaded.get(endpoint) ?? load(options(), endpoint);
      loaded.set(endpoint, runtime);
      return runtime;
    },
    ...(endpoints && { endpoints: async (known: readonly string[]) => endpoints(options(), known) }),
    ...(survey && { survey: async () => survey(options()) }),
  };
}

function openStore({ env, temporary, uid }: Surroundings, emit: (event: LabEvent) => void): StateStore {
  const folder = stateFolder({ env, temporary, uid });
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
