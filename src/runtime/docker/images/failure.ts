import { LabError } from '../../../error.ts';
import { engineText, explain, isDisconnected, isLostImage } from '../errors.ts';

/** A failure that an engine tells at the end of an answer that began well. */
export class EngineError extends Error {
  /** As on those that its client makes of a status. */
  readonly reason = 'told in the answer';
}

/**
 * What went wrong while images were made, for people.
 * @param what was tried, such as `make image hello`
 */
export function imageError(error: unknown, what: string): LabError {
  if (isAbort(error)) return new LabError('interrupted', 'interrupted', { cause: error });
  return explain(error, what);
}

/**
 * A registry's refusal, or its silence, for people.
 * @param reason why it was pulled, and not assembled
 */
export function pullError(ref: string, reason: string, error: unknown): LabError {
  return refusal(ref, reason, error, {
    unreachable: `without network, images are assembled on Linux: leave out --pull; ENVOY_LAB_REGISTRY names a registry to ask instead of Docker Hub`,
    refused: `is the name right, and does its registry want a login? Fetch it by hand (docker login, docker pull ${ref}) and leave out --pull`,
  });
}

/**
 * The same of an image that is used as it is.
 * @param reference as the sandbox names it
 */
export function registryError(ref: string, reference: string, pull: boolean, error: unknown): LabError {
  const leave = pull ? ' and leave out --pull' : '';
  const instead = `run one of ours in its place: --image ${reference}=http-app`;
  return refusal(ref, pull ? 'as asked for with --pull' : 'the container engine does not have it', error, {
    unreachable: `without network the engine needs to have it already (docker load)${leave}, or ${instead}; ENVOY_LAB_REGISTRY names a registry to ask instead of Docker Hub`,
    refused: `is the name right, and does its registry want a login? Fetch it by hand (docker login, docker pull ${ref})${leave}, or ${instead}`,
  });
}

function refusal(
  ref: string,
  reason: string,
  error: unknown,
  hints: { readonly unreachable: string; readonly refused: string },
): LabError {
  if (isAbort(error)) return new LabError('interrupted', 'interrupted', { cause: error });
  const said = engineText(error);
  if (isDisconnected(error) || /no space left on device|disk quota exceeded/i.test(said)) {
    return explain(error, `pull image ${ref}`);
  }
  const what = `image ${ref} cannot be pulled (${reason})`;
  const unreachable =
    /no such host|connection refused|i\/o timeout|timeout|deadline exceeded|network is unreachable|no route to host|server misbehaving|server gave HTTP response|x509|EOF|pinging container registry/i;
  if (unreachable.test(said)) {
    return new LabError('runtime', `${what}: its registry cannot be reached: ${said}`, {
      hint: hints.unreachable,
      cause: error,
    });
  }
  return new LabError('runtime', `${what}: ${said}`, { hint: hints.refused, cause: error });
}

/** How often work is done in all when others remove images under it. */
const attempts = 4;

/**
 * Does work with images; does it again when one was removed meanwhile, by another lab's `down --rmi` say. Podman looks
 * at every image in turn to list one, and gives up when it finds one gone.
 * @throws what the last attempt threw, or the first that failed of something else
 */
export async function despiteRemovals<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === attempts || !isLostImage(error)) throw error;
    }
  }
}

function isAbort(error: unknown): boolean {
  return (error as Error | undefined)?.name === 'AbortError';
}
