import type Docker from 'dockerode';
import { fullRef } from './base-image.ts';
import { registryError } from './failure.ts';
import { inspectImage, type PullOptions, pullImage } from './pulled.ts';

/**
 * An image of a registry that is used as it is: one that the engine has, under that name or under the registry's that is
 * asked instead of Docker Hub, else pulled.
 *
 * @param reference as a sandbox names it
 * @returns the engine's name of it
 * @throws LabError `runtime` when its registry does not answer, has it not, or does not give it
 */
export async function registryImage(
  docker: Docker,
  reference: string,
  options: Pick<PullOptions, 'machine' | 'pull' | 'tell' | 'signal'>,
): Promise<string> {
  const own = withTag(fullRef(reference));
  const asked = withTag(fullRef(reference, options.machine.env.ENVOY_LAB_REGISTRY || undefined));
  if (!options.pull) {
    const there = (await inspectImage(docker, own)) ?? (await inspectImage(docker, asked));
    if (there !== undefined) return there.ref;
  }
  try {
    return (await pullImage(docker, asked, options)).ref;
  } catch (error) {
    throw registryError(asked, reference, options.pull, error);
  }
}

/** Without a tag an engine would be asked for all there are. */
function withTag(ref: string): string {
  return /[:@][^/]*$/.test(ref) ? ref : `${ref}:latest`;
}
