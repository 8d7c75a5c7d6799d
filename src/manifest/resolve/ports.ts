import type { ContainerFields } from '../schema/pod.ts';

/** The number of a container's port that may be named; undefined when none has the name. */
export function portNumber(
  container: Pick<ContainerFields, 'ports'>,
  port: number | string,
): number | undefined {
  if (typeof port === 'number') return port;
  return container.ports?.find(({ name }) => name === port)?.containerPort;
}
