import { LabError } from '../../../error.ts';
import type { EnginePlace } from '../../runtime.ts';
import { namedEndpoint, wellKnownSockets } from './candidates.ts';
import { contextEndpoint, contextNames } from './contexts.ts';
import type { Endpoint, EngineSurroundings } from './endpoint.ts';
import { askPlace, nameOf, sameSocket } from './find.ts';

/** Every place where an engine may be: the one that is named, the usual sockets, all contexts; and what is there. */
export async function surveyEngines(surroundings: EngineSurroundings): Promise<readonly EnginePlace[]> {
  const contexts = contextNames(surroundings).map(
    (name) => () => contextEndpoint(surroundings, name, `context ${name}`),
  );
  const named = await place(surroundings, 'DOCKER_HOST or a context', () => namedEndpoint(surroundings));
  const sockets = wellKnownSockets(surroundings).map((endpoint) => () => endpoint);
  const others = await Promise.all(
    [...sockets, ...contexts].map((find) => place(surroundings, 'a context', find, true)),
  );
  const seen = new Set<string>();
  return [named, ...others].flatMap((found) => {
    if (found === undefined || seen.has(sameSocket(found.address))) return [];
    seen.add(sameSocket(found.address));
    return [found];
  });
}

/** @param nearOnly do not ask another machine, which may take long to say that it is not there */
async function place(
  surroundings: EngineSurroundings,
  unread: string,
  find: () => Endpoint | undefined,
  nearOnly = false,
): Promise<EnginePlace | undefined> {
  let endpoint: Endpoint | undefined;
  try {
    endpoint = find();
  } catch (error) {
    return { address: '', from: unread, available: false, detail: (error as Error).message };
  }
  if (endpoint === undefined) return undefined;
  const { url: address, from, at } = endpoint;
  if (nearOnly && at.kind !== 'socket') return { address, from, available: false, detail: 'not asked' };
  const outcome = await askPlace(endpoint, surroundings);
  if (outcome === 'absent') return { address, from, available: false, detail: 'not there' };
  if (outcome instanceof LabError) return { address, from, available: false, detail: outcome.message };
  const rootless = outcome.rootless ? 'rootless ' : '';
  return { address, from, available: true, detail: `${rootless}${nameOf(outcome)} ${outcome.version}` };
}
