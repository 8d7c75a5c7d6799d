import type Docker from 'dockerode';

type NetworkFilters = Readonly<Record<string, readonly string[]>>;
type HostConfig = NonNullable<Docker.ContainerCreateOptions['HostConfig']>;

/** A network, as an engine lists it. */
export interface NetworkObject {
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Its own address in the network, where it has one. */
  readonly gateway?: string;
}

/** In what engines differ that speak Docker's API; all of it is here. */
export interface Dialect {
  readonly name: 'docker' | 'podman';
  /** Added to the settings of every container. */
  readonly hostConfig: HostConfig;
  /** A container that joins another's network has to be told its host name; where false, it must not be. */
  readonly joinersNeedHostname: boolean;
  /** Makes a network that is kept apart from others; returns its id. */
  createNetwork(docker: Docker, options: Docker.NetworkCreateOptions): Promise<string>;
  /** Networks that fit every filter, as `{ label: ['name=value'] }`. */
  listNetworks(docker: Docker, filters: NetworkFilters): Promise<NetworkObject[]>;
  /** A container can only go when none uses its network any more. */
  readonly joinersGoFirst: boolean;
  /** The end of a network is an event. */
  readonly tellsNetworks: boolean;
  /**
   * Nodes are told to ask only the name servers at their networks' gateways. Podman adds the host's, whose "no such name" would
   * count while its own starts anew: it does whenever a container comes or goes.
   */
  readonly namesAtGateway: boolean;
  /** Some events may never be told, and their stream may end (Podman's file of events is cut when it has grown to 1 MB). */
  readonly losesEvents: boolean;
  /** Makes an empty folder where the host's folder of a volume is missing, instead of refusing it. */
  readonly makesMissingFolders: boolean;
}

const docker: Dialect = {
  name: 'docker',
  hostConfig: {},
  joinersNeedHostname: false,
  createNetwork: async (docker, options) => (await docker.createNetwork(options)).id,
  listNetworks: async (docker, filters) => {
    const networks = await docker.listNetworks({ filters: filters as Record<string, string[]> });
    return networks.map(({ Id, Name, Labels, IPAM }) =>
      networkObject(Id, Name, Labels, IPAM?.Config?.[0]?.Gateway),
    );
  },
  // All at once is a fifth faster.
  joinersGoFirst: false,
  tellsNetworks: true,
  namesAtGateway: false,
  losesEvents: false,
  makesMissingFolders: false,
};

const podman: Dialect = {
  name: 'podman',
  // Left to itself its API asks for limits that root may lack the right to set (in a container without
  // CAP_SYS_RESOURCE), and does not read containers.conf. These are enough for any lab, and below most hard limits.
  hostConfig: {
    Ulimits: [
      { Name: 'nofile', Soft: 16_384, Hard: 16_384 },
      { Name: 'nproc', Soft: 16_384, Hard: 16_384 },
    ],
  },
  joinersNeedHostname: true,
  createNetwork: createIsolated,
  listNetworks: listIsolated,
  joinersGoFirst: true,
  tellsNetworks: false,
  namesAtGateway: true,
  losesEvents: true,
  makesMissingFolders: true,
};

export function dialectOf(name: Dialect['name']): Dialect {
  return name === 'podman' ? podman : docker;
}

function networkObject(
  id: string,
  name: string,
  labels: Record<string, string> | null | undefined,
  gateway: string | undefined,
): NetworkObject {
  return { id, name, labels: labels ?? {}, ...(gateway ? { gateway } : {}) };
}

const PODMAN_NETWORKS = '/v4.0.0/libpod/networks';

/** Podman's networks reach each other unless told otherwise, and only its own API takes the option for that. */
async function createIsolated(docker: Docker, options: Docker.NetworkCreateOptions): Promise<string> {
  const { Name: name, Driver: driver, Labels: labels } = options;
  const made = await call<{ id: string }>(docker, 'POST', `${PODMAN_NETWORKS}/create`, {
    name,
    driver,
    labels,
    options: { isolate: 'true' },
    dns_enabled: true,
  });
  return made.id;
}

/**
 * By Podman's own API: Docker's does not tell of that option, and leaves it out (in 4.3) by taking it out of the network
 * that the service has in memory, which is apart from nothing from then on.
 */
async function listIsolated(docker: Docker, filters: NetworkFilters): Promise<NetworkObject[]> {
  interface Listed {
    readonly id: string;
    readonly name: string;
    readonly labels?: Record<string, string>;
    readonly subnets?: readonly { readonly gateway?: string }[];
  }
  // The modem adds options to a path that ends so.
  const networks = await call<Listed[] | null>(docker, 'GET', `${PODMAN_NETWORKS}/json?`, {
    filters: JSON.stringify(filters),
  });
  return (networks ?? []).map(({ id, name, labels, subnets }) =>
    networkObject(id, name, labels, subnets?.[0]?.gateway),
  );
}

/** A call that Docker's API does not have. */
function call<T>(docker: Docker, method: string, path: string, options: object): Promise<T> {
  const statusCodes = { 200: true, 201: true, 409: 'conflict', 500: 'server error' };
  return new Promise((resolve, reject) => {
    docker.modem.dial({ path, method, options, statusCodes }, (error: unknown, answer: unknown) =>
      error === null ? resolve(answer as T) : reject(error),
    );
  });
}
