import { LabError } from '../error.ts';
import type { ServiceProbe } from '../runtime/node-spec.ts';

/** What the forwarder is told, as JSON in a file. */
export interface ForwarderConfig {
  /** Name of the service, for its log. */
  readonly service: string;
  /** Host name that resolves to the address of every replica. */
  readonly selects: string;
  readonly ports: readonly ForwarderPort[];
  /** What must all hold for a replica to be ready; empty: it is when its target ports accept. */
  readonly ready: readonly ServiceProbe[];
}

export interface ForwarderPort {
  /** Where the forwarder listens. */
  readonly port: number;
  /** Where the replicas listen. */
  readonly target: number;
}

/** What the forwarder writes of the replicas it knows, whenever that changes. */
export interface ForwarderState {
  readonly endpoints: readonly {
    /** IPv4 address. */
    readonly address: string;
    /** The target ports at which it takes connections; empty when it is not ready. */
    readonly ready: readonly number[];
  }[];
}

/** Where a forwarder's container has its config, and where it writes {@link ForwarderState}. */
export const forwarderPaths = {
  config: '/etc/envoy-lab/service.json',
  state: '/tmp/envoy-lab-service-state.json',
} as const;

/** How the line begins that says that the service can be called. */
export const READY_LINE = 'ready: ';

/**
 * Reads the config. It is written by the lab, so a mistake in it is one of another version.
 * @throws LabError `invalid`
 */
export function readForwarderConfig(text: string, file: string): ForwarderConfig {
  const refuse = (why: string) => new LabError('invalid', `${file} is no config of a service: ${why}`);
  let value: Partial<ForwarderConfig> | null;
  try {
    value = JSON.parse(text) as Partial<ForwarderConfig> | null;
  } catch (error) {
    throw refuse((error as Error).message);
  }
  const { service, selects, ports, ready } = value ?? {};
  if (typeof service !== 'string' || typeof selects !== 'string')
    throw refuse('it has no service and selects');
  if (!Array.isArray(ports) || ports.length === 0) throw refuse('it has no ports');
  if (!Array.isArray(ready)) throw refuse('it has no ready');
  return { service, selects, ports: ports as ForwarderPort[], ready: ready as ServiceProbe[] };
}
