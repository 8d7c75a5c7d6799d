import { createSocket } from 'node:dgram';
import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type Docker from 'dockerode';

/** How a container is attached to a network, as the engine says. */
export interface Attachment {
  readonly network: string;
  readonly address: string;
  readonly gateway: string;
  readonly mac: string;
}

/** How long a neighbour may take to say who it is, in ms. */
const ANSWER_MS = 100;
/** Engines make such hardware addresses out of the IP address: they tell nobody from anybody. */
const DERIVED = /^02:42:/;

/**
 * Addresses of a container to which this host has a way of its own. An address alone proves nothing: it may be that of
 * another engine's container, or of a machine nearby. So the engine must be spoken to over a socket of this host, one of
 * the host's interfaces must hold the network's gateway, and either that interface has the network's own name, or who has
 * the address is that container by its hardware address.
 */
export async function directAddresses(docker: Docker, container: string): Promise<readonly string[]> {
  if (typeof (docker.modem as { socketPath?: unknown }).socketPath !== 'string') return [];
  const { NetworkSettings } = await docker.getContainer(container).inspect();
  const attachments = Object.values(NetworkSettings.Networks).map(
    ({ NetworkID, IPAddress, Gateway, MacAddress }): Attachment => ({
      network: NetworkID,
      address: IPAddress,
      gateway: Gateway,
      mac: MacAddress,
    }),
  );
  const ours = await Promise.all(attachments.map(isOurs));
  return attachments.filter((_, index) => ours[index]).map(({ address }) => address);
}

async function isOurs(attachment: Attachment): Promise<boolean> {
  const bridge = holderOf(attachment, networkInterfaces());
  if (bridge === undefined || attachment.address === '') return false;
  return isNetworksBridge(attachment, bridge) || isNeighbour(attachment, bridge);
}

/** The interface of this host that holds a network's gateway. */
export function holderOf(
  { gateway }: Attachment,
  interfaces: ReturnType<typeof networkInterfaces>,
): string | undefined {
  const holds = ([, addresses]: [string, { address: string }[] | undefined]) =>
    addresses?.some(({ address }) => address === gateway);
  return gateway === '' ? undefined : Object.entries(interfaces).find(holds)?.[0];
}

/** Docker names a network's bridge after its id. */
export function isNetworksBridge({ network }: Attachment, bridge: string): boolean {
  return /^[0-9a-f]{64}$/.test(network) && bridge === `br-${network.slice(0, 12)}`;
}

async function isNeighbour(attachment: Attachment, bridge: string): Promise<boolean> {
  if (DERIVED.test(attachment.mac)) return false;
  const deadline = Date.now() + ANSWER_MS;
  for (let asked = false; ; asked = true) {
    const found = neighbour(
      await readFile('/proc/net/arp', 'latin1').catch(() => ''),
      attachment.address,
      bridge,
    );
    if (found !== undefined) return found === attachment.mac.toLowerCase();
    if (Date.now() > deadline) return false;
    if (!asked) ask(attachment.address);
    await delay(2);
  }
}

/** The hardware address of whoever has an address on a bridge, of Linux's table of neighbours; undefined: not known. */
export function neighbour(table: string, address: string, bridge: string): string | undefined {
  for (const line of table.split('\n').slice(1)) {
    const [ip, , flags, mac, , device] = line.trim().split(/\s+/);
    const complete = (Number(flags) & 2) !== 0;
    if (ip === address && device === bridge && complete) return mac?.toLowerCase();
  }
  return undefined;
}

/** Has the kernel ask who has an address, by an empty datagram to a port that discards what it gets. */
function ask(address: string): void {
  const socket = createSocket('udp4');
  socket.on('error', () => socket.close());
  socket.send('', 9, address, () => socket.close());
}
