import type { ContainerSpec } from '../../runtime/node-spec.ts';

/** The engine of a container as `--engine` takes it: `envoy@1.40.0`; undefined when none runs it. */
export function engineText({ engine, engineVersion }: ContainerSpec): string | undefined {
  return engine === undefined || engineVersion === undefined ? engine : `${engine}@${engineVersion}`;
}
