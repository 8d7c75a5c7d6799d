import type Docker from 'dockerode';
import type { LabIdentity, NodeSpec } from '../../node-spec.ts';
import type { ObservedPort } from '../../runtime.ts';
import type { Dialect } from '../dialect.ts';
import { holderLabels } from '../labels.ts';
import { holderName, networkName } from '../names.ts';

/**
 * What a holder runs. It is process 1 of the whole node, so it has to reap what other processes left behind: a shell
 * that waits does, `sleep` alone does not.
 */
const command = ['sh', '-c', 'trap "exit 0" TERM; sleep infinity & wait'];

export interface HolderOptions {
  readonly create: Docker.ContainerCreateOptions;
  /** Further networks, to be joined before it starts: an engine takes only one at creation. */
  readonly networks: readonly { readonly name: string; readonly endpoint: Docker.EndpointSettings }[];
}

/** What a node's holder is made with. */
export interface HolderPlace {
  /** What it starts from; it needs `sh` and `sleep`. */
  readonly image: string;
  /** Host ports, chosen. */
  readonly ports: readonly ObservedPort[];
  /** Nodes are listed in the order of these numbers. */
  readonly order: number;
  readonly dialect: Dialect;
  /** Name servers, where the engine is not to choose them. */
  readonly nameServers?: readonly string[];
}

/**
 * The container that owns a node's network, in the engine's words.
 */
export function holderOptions(
  identity: LabIdentity,
  node: NodeSpec,
  { image, ports, order, dialect, nameServers = [] }: HolderPlace,
): HolderOptions {
  const endpoint: Docker.EndpointSettings = {
    Aliases: [...new Set([node.name, node.group, ...node.aliases])],
  };
  const [first, ...others] = node.networks.map((network) => networkName(identity.lab, network));
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const { port, protocol, hostPort } of ports) {
    bindings[`${port}/${protocol}`] ??= [];
    bindings[`${port}/${protocol}`]!.push({ HostIp: '127.0.0.1', HostPort: String(hostPort) });
  }
  return {
    create: {
      name: holderName(identity.lab, node.name),
      Image: image,
      Entrypoint: command,
      Hostname: node.name,
      User: '0',
      Labels: { ...holderLabels(identity, node, { ports, order }) },
      ExposedPorts: Object.fromEntries(Object.keys(bindings).map((port) => [port, {}])),
      HostConfig: {
        ...dialect.hostConfig,
        NetworkMode: first ?? 'none',
        PortBindings: bindings,
        // Containers that join its network share its /etc/hosts.
        ...(node.hosts === undefined
          ? {}
          : { ExtraHosts: Object.entries(node.hosts).map(([name, address]) => `${name}:${address}`) }),
        ...(nameServers.length === 0 ? {} : { Dns: [...nameServers] }),
        // Any port may be opened in a node, whoever a container runs as.
        ...(first === undefined ? {} : { Sysctls: { 'net.ipv4.ip_unprivileged_port_start': '0' } }),
        LogConfig: { Type: 'none', Config: {} },
      },
      ...(first === undefined ? {} : { NetworkingConfig: { EndpointsConfig: { [first]: endpoint } } }),
    },
    networks: others.map((name) => ({ name, endpoint })),
  };
}
