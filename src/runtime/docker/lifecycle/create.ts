import type Docker from 'dockerode';
import { LabError } from '../../../error.ts';
import { type ContainerOnPort, chooseHostPorts, taken } from '../../host-ports.ts';
import type { NodeSpec, RootfsSpec } from '../../node-spec.ts';
import type { ObservedPort } from '../../runtime.ts';
import { doing, engineText, isMissing, isPortTaken } from '../errors.ts';
import { base } from '../image-store.ts';
import { label } from '../labels.ts';
import { networkName } from '../names.ts';
import type { NodeObject } from '../objects.ts';
import { listNetworks } from '../observe/list.ts';
import { type HolderOptions, holderOptions } from '../translate/holder.ts';
import type { LabAt } from './lab-at.ts';
import { createContainer, makeContainer } from './make-container.ts';

/**
 * Makes nodes, all at once, all or none of them: their holders run then, so that names lead to addresses before the first
 * container starts.
 */
export async function createNodes(lab: LabAt, specs: readonly NodeSpec[]): Promise<NodeObject[]> {
  checkNetworks(lab, specs);
  const { images, docker } = lab.engine;
  const refOf = await images.refs(specs.flatMap(({ containers }) => containers.map(({ rootfs }) => rootfs)));
  const ports = await chooseHostPorts('engine', specs, containerOnPort(docker));
  const gateways = lab.engine.dialect.namesAtGateway ? await gatewaysOf(lab) : new Map<string, string>();
  const made: string[] = [];
  const now = Date.now();
  const results = await Promise.allSettled(
    specs.map((spec, index) =>
      createNode(lab, spec, {
        refOf,
        gateways,
        ports: ports.get(spec.name)!,
        order: now * 1000 + index,
        made,
      }),
    ),
  );
  const failed = results.find((result) => result.status === 'rejected');
  if (failed === undefined)
    return results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
  await discard(docker, made);
  throw failed.reason;
}

/** By the engine's name of the network. */
async function gatewaysOf({ engine, identity }: LabAt): Promise<Map<string, string>> {
  const networks = await listNetworks(engine, identity.lab);
  return new Map(
    networks.flatMap(({ name, gateway }) => (gateway === undefined ? [] : [[name, gateway] as const])),
  );
}

function checkNetworks({ identity }: LabAt, specs: readonly NodeSpec[]): void {
  for (const { name, networks } of specs) {
    const unknown = networks.find((network) => !identity.networks.includes(network));
    if (unknown === undefined) continue;
    throw new LabError('runtime', `node ${name}: lab ${identity.lab} has no network ${unknown}`, {
      hint: `It has ${identity.networks.join(', ')}.`,
    });
  }
}

interface NodeRequest {
  readonly refOf: Awaited<ReturnType<LabAt['engine']['images']['refs']>>;
  readonly gateways: ReadonlyMap<string, string>;
  readonly ports: readonly ObservedPort[];
  readonly order: number;
  /** Ids of everything made, newest last. */
  readonly made: string[];
}

/** Tries with other host ports when somebody takes one in between, or the engine has one that looks free from here. */
async function createNode(lab: LabAt, spec: NodeSpec, request: NodeRequest, tries = 3): Promise<NodeObject> {
  const made: string[] = [];
  try {
    return await createOnce(lab, spec, { ...request, made });
  } catch (error) {
    const { docker } = lab.engine;
    await discard(docker, made.splice(0));
    const pinned = spec.publish.every((port) => port.pinned);
    if (tries <= 1 || pinned || !(error instanceof LabError) || !isPortTaken(error.cause)) throw error;
    const publish = spec.publish.map((port) => (port.pinned ? port : { ...port, hostPort: 0 }));
    const ports = await chooseHostPorts('engine', [{ ...spec, publish }], containerOnPort(docker));
    return await createNode(lab, spec, { ...request, ports: ports.get(spec.name)! }, tries - 1);
  } finally {
    request.made.push(...made);
  }
}

async function createOnce(
  lab: LabAt,
  spec: NodeSpec,
  { refOf, gateways, ports, order, made }: NodeRequest,
): Promise<NodeObject> {
  const image = refOf(base);
  const holder = await doing(`create node ${spec.name}`, async () => {
    const { dialect } = lab.engine;
    // One of several name servers knows the names of its own network only, and its "no such name" would count.
    const [network, ...others] = spec.networks;
    const gateway = network === undefined ? undefined : gateways.get(networkName(lab.identity.lab, network));
    const nameServers = gateway === undefined || others.length > 0 ? [] : [gateway];
    const options = holderOptions(lab.identity, spec, { image, ports, order, dialect, nameServers });
    const { id } = await createContainer(lab.engine.docker, options.create);
    made.push(id);
    await joinNetworks(lab.engine.docker, id, options);
    return id;
  });
  const place = (rootfs: RootfsSpec) => ({
    holder,
    image: refOf(rootfs),
    made: (id: string) => made.push(id),
  });
  const making = spec.containers.map((container) =>
    makeContainer(lab, spec, container, place(container.rootfs)),
  );
  // The engine has time for the containers while it makes the holder's network.
  const [started, ...results] = await Promise.allSettled([
    startHolder(lab, spec.name, holder, ports),
    ...making,
  ]);
  const failed = [started, ...results].find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  const containers = await Promise.all(making);
  return { spec, id: holder, running: true, addresses: {}, containers, published: ports, revision: 0 };
}

async function joinNetworks(docker: Docker, holder: string, { networks }: HolderOptions): Promise<void> {
  for (const { name, endpoint } of networks) {
    await docker.getNetwork(name).connect({ Container: holder, EndpointConfig: endpoint });
  }
}

/** @throws LabError `runtime` when one of its ports is taken; it names who holds it */
export async function startHolder(
  { engine: { docker } }: LabAt,
  node: string,
  id: string,
  ports: readonly ObservedPort[],
): Promise<void> {
  await doing(`start node ${node}`, async () => {
    try {
      await docker.getContainer(id).start();
    } catch (error) {
      const named = ports.find(({ hostPort }) => engineText(error).includes(`:${hostPort}`));
      const port = named ?? ports[0];
      if (port === undefined || !isPortTaken(error)) throw error;
      throw await taken(port.protocol, port.hostPort, containerOnPort(docker), error);
    }
  });
}

/** Looks for a container that has published a port on the host. */
function containerOnPort(docker: Docker): ContainerOnPort {
  return async (protocol, port) => {
    const running = await docker.listContainers().catch(() => []);
    const found = running.find(({ Ports }) =>
      Ports.some(({ PublicPort, Type }) => PublicPort === port && Type === protocol),
    );
    if (found === undefined) return undefined;
    const lab = found.Labels[label.lab];
    return lab === undefined
      ? `container ${found.Names[0]?.slice(1) ?? found.Id}`
      : `node ${found.Labels[label.node]} of lab ${lab}`;
  };
}

/** Takes back what was made, the newest first: containers before the holders they joined. */
export async function discard(docker: Docker, ids: readonly string[]): Promise<void> {
  for (const id of ids.toReversed()) {
    await docker
      .getContainer(id)
      .remove({ force: true, v: true })
      .catch((error: unknown) => {
        if (!isMissing(error)) throw error;
      });
  }
}
