import { type Stats, statSync } from 'node:fs';
import { LabError } from '../../../error.ts';
import { namedEndpoint, recordedEndpoint, wellKnownSockets } from './candidates.ts';
import type { Endpoint, EngineSurroundings } from './endpoint.ts';
import type { EngineAnswer } from './ping.ts';
import { refusal } from './refusal.ts';

/** An engine that answers. */
export interface FoundEngine extends EngineAnswer {
  readonly endpoint: Endpoint;
  /** It runs as a user, not as root. */
  readonly rootless: boolean;
}

/** A place that was looked at, and what was there. */
export interface Look {
  readonly endpoint: Endpoint;
  readonly outcome: FoundEngine | LabError | 'absent';
}

/** Looks for the engine to use: the one that is named, else the first that answers. Never throws. */
export async function lookForEngine(surroundings: EngineSurroundings): Promise<{
  readonly found: FoundEngine | LabError;
  readonly looked: readonly Look[];
}> {
  let named: Endpoint | undefined;
  try {
    named = namedEndpoint(surroundings);
  } catch (error) {
    return { found: asLabError(error), looked: [] };
  }
  if (named !== undefined) {
    const found = await ask(named, surroundings).catch(asLabError);
    return { found, looked: [{ endpoint: named, outcome: found }] };
  }
  const looked: Look[] = [];
  for (const endpoint of wellKnownSockets(surroundings)) {
    const outcome = await askPlace(endpoint, surroundings);
    looked.push({ endpoint, outcome });
    if (outcome !== 'absent' && !(outcome instanceof LabError)) return { found: outcome, looked };
  }
  return { found: nothingAnswers(looked), looked };
}

/**
 * The engine to use: the one that is named (DOCKER_HOST, DOCKER_CONTEXT, the current context, CONTAINER_HOST), else the
 * first that answers on a well-known socket.
 *
 * @throws LabError `usage` or `runtime` when there is none, saying what was looked at
 */
export async function findEngine(surroundings: EngineSurroundings): Promise<FoundEngine> {
  const { found } = await lookForEngine(surroundings);
  if (found instanceof LabError) throw found;
  return found;
}

/**
 * Addresses of every engine that answers (only the named one when one is named, else all on well-known sockets), and of
 * the known ones, whether they answer or not; an engine with two addresses once, by the known one.
 */
export async function engineAddresses(
  surroundings: EngineSurroundings,
  known: readonly string[],
): Promise<readonly string[]> {
  const places = placesToAsk(surroundings);
  const answers = await Promise.all(places.map((place) => ask(place, surroundings).catch(asLabError)));
  const found = answers.flatMap((answer) => (answer instanceof LabError ? [] : [answer.endpoint.url]));
  const seen = new Set<string>();
  return [...known, ...found].filter((url) => {
    const id = sameSocket(url);
    return !seen.has(id) && seen.add(id);
  });
}

function placesToAsk(surroundings: EngineSurroundings): readonly Endpoint[] {
  try {
    const named = namedEndpoint(surroundings);
    return named === undefined ? wellKnownSockets(surroundings).filter(isThere) : [named];
  } catch {
    // Whoever wants that very engine is told what is wrong with its name.
    return [];
  }
}

/**
 * The engine at an address that was written down.
 * @throws LabError `usage` when it is no address, `runtime` when it does not answer
 */
export async function engineAt(surroundings: EngineSurroundings, url: string): Promise<FoundEngine> {
  return ask(recordedEndpoint(surroundings, url), surroundings);
}

/** What is at a place. Never throws. */
export async function askPlace(
  endpoint: Endpoint,
  surroundings: EngineSurroundings,
): Promise<FoundEngine | LabError | 'absent'> {
  return isThere(endpoint) ? ask(endpoint, surroundings).catch(asLabError) : 'absent';
}

async function ask(endpoint: Endpoint, { uid, platform }: EngineSurroundings): Promise<FoundEngine> {
  let answer: EngineAnswer;
  try {
    if (endpoint.at.kind === 'ssh') throw new Error('ssh');
    // Loaded only now: machines without an engine do not pay for it.
    const { ping } = await import('./ping.ts');
    answer = await ping(endpoint);
  } catch (error) {
    throw refusal(endpoint, error as NodeJS.ErrnoException, uid);
  }
  const old = tooOld(answer);
  if (old !== undefined) {
    throw new LabError('runtime', `${nameOf(answer)} ${answer.version} at ${endpoint.url} is too old`, {
      hint: old,
    });
  }
  const { at } = endpoint;
  const owner = at.kind === 'socket' ? fileAt(at.path)?.uid : undefined;
  return {
    ...answer,
    endpoint,
    rootless: platform === 'linux' && owner !== undefined && owner !== 0,
  };
}

/** `Docker`, `Podman`. */
export function nameOf({ name }: EngineAnswer): string {
  return name === 'docker' ? 'Docker' : 'Podman';
}

/** What to do about an engine that is older than what this is made for; undefined when it is not. */
function tooOld({ name, version, apiVersion }: EngineAnswer): string | undefined {
  if (name === 'podman')
    return Number.parseInt(version, 10) < 4 ? 'Podman 4.0 or newer is needed' : undefined;
  const [major = 0, minor = 0] = apiVersion.split('.').map(Number);
  return major < 1 || (major === 1 && minor < 41) ? 'Docker 20.10 (API 1.41) or newer is needed' : undefined;
}

function nothingAnswers(looked: readonly Look[]): LabError {
  const failed = looked.map(({ outcome }) => outcome).filter((outcome) => outcome instanceof LabError);
  const first = failed[0];
  if (first !== undefined) return first;
  const places = looked.map(({ endpoint }) => endpoint.url.replace(/^unix:\/\//, ''));
  return new LabError('runtime', 'no container engine answers', {
    hint: `start Docker or Podman (podman system service), or say where one is with DOCKER_HOST; looked at ${places.join(', ')}`,
  });
}

function isThere({ at }: Endpoint): boolean {
  return at.kind !== 'socket' || at.path.startsWith('//./pipe/') || fileAt(at.path) !== undefined;
}

/** The same for two paths of one socket: `/var/run` is a link on many systems. */
export function sameSocket(url: string): string {
  const path = /^unix:\/\/(.*)$/.exec(url)?.[1];
  const file = path === undefined ? undefined : fileAt(path);
  return file === undefined ? url : `${file.dev}:${file.ino}`;
}

function fileAt(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    // A folder on the way is closed to this user: asking the socket will say so.
    return undefined;
  }
}

function asLabError(error: unknown): LabError {
  return error instanceof LabError
    ? error
    : new LabError('runtime', error instanceof Error ? error.message : String(error), { cause: error });
}
