import { join } from 'node:path';
import { contextEndpoint, contextNames, currentContext } from './contexts.ts';
import {
  defaultSocket,
  type Endpoint,
  type EngineSurroundings,
  parseEndpoint,
  type TlsMaterial,
} from './endpoint.ts';
import { readTls } from './tls.ts';

/**
 * The engine the user named, as the docker command reads it (DOCKER_HOST, DOCKER_CONTEXT, the current context), then
 * as Podman does (CONTAINER_HOST); undefined when nobody said which.
 *
 * @throws LabError `usage` when an address or a context is wrong, `runtime` when a file cannot be read
 */
export function namedEndpoint(surroundings: EngineSurroundings): Endpoint | undefined {
  const { env, platform } = surroundings;
  if (env.DOCKER_HOST) {
    return parseEndpoint(env.DOCKER_HOST, 'DOCKER_HOST', { platform, tls: tlsOfEnvironment(surroundings) });
  }
  const asked = env.DOCKER_CONTEXT || undefined;
  const context = asked ?? currentContext(surroundings);
  if (context !== undefined && context !== 'default') {
    return contextEndpoint(surroundings, context, asked === undefined ? 'config.json' : 'DOCKER_CONTEXT');
  }
  if (env.CONTAINER_HOST) return parseEndpoint(env.CONTAINER_HOST, 'CONTAINER_HOST', { platform });
  return undefined;
}

/** Where engines listen when nobody says where, the most usual first. */
export function wellKnownSockets(surroundings: EngineSurroundings): readonly Endpoint[] {
  const { env, home, uid, platform, root = '/' } = surroundings;
  const run = env.XDG_RUNTIME_DIR || (platform === 'linux' ? `/run/user/${uid}` : undefined);
  const below = (folder: string | undefined, ...names: string[]) =>
    folder === undefined ? undefined : join(folder, ...names);
  const sockets: readonly (readonly [what: string, path: string | undefined])[] = [
    ["Docker's socket", platform === 'win32' ? defaultSocket(platform) : join(root, defaultSocket(platform))],
    ["rootless Docker's socket", below(run, 'docker.sock')],
    ["Docker Desktop's socket", below(home, '.docker', 'run', 'docker.sock')],
    ["Docker Desktop's socket", below(home, '.docker', 'desktop', 'docker.sock')],
    ["Colima's socket", below(home, '.colima', 'default', 'docker.sock')],
    ["Rancher Desktop's socket", below(home, '.rd', 'docker.sock')],
    ["OrbStack's socket", below(home, '.orbstack', 'run', 'docker.sock')],
    ["rootless Podman's socket", below(run, 'podman', 'podman.sock')],
    ["Podman's socket", platform === 'linux' ? join(root, 'run/podman/podman.sock') : undefined],
  ];
  return sockets.flatMap(([from, path]) => {
    if (path === undefined) return [];
    const scheme = platform === 'win32' && path.startsWith('//./pipe/') ? 'npipe' : 'unix';
    return [{ url: `${scheme}://${path}`, from, at: { kind: 'socket', path } }];
  });
}

/**
 * An engine that was written down: its address, and what proves who is who from wherever that address is known.
 * @throws LabError `usage` when it is no address
 */
export function recordedEndpoint(surroundings: EngineSurroundings, url: string): Endpoint {
  const known = [
    () => namedEndpoint(surroundings),
    ...contextNames(surroundings).map((name) => () => contextEndpoint(surroundings, name, name)),
  ];
  for (const look of known) {
    try {
      const endpoint = look();
      if (endpoint?.url === url) return endpoint;
    } catch {
      // What is wrong with another engine's address is no concern of this one.
    }
  }
  const socket = wellKnownSockets(surroundings).find((endpoint) => endpoint.url === url);
  return socket ?? parseEndpoint(url, "the lab's record", { platform: surroundings.platform });
}

/** TLS is asked for as the docker command has it: DOCKER_TLS_VERIFY, or DOCKER_TLS without looking who answers. */
function tlsOfEnvironment(surroundings: EngineSurroundings): TlsMaterial | undefined {
  const { env, home } = surroundings;
  if (!env.DOCKER_TLS_VERIFY && !env.DOCKER_TLS) return undefined;
  const folder = env.DOCKER_CERT_PATH || (home === undefined ? '/' : join(home, '.docker'));
  return readTls(folder, Boolean(env.DOCKER_TLS_VERIFY));
}
