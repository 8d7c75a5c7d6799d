import type { PublishSpec } from '../../runtime/node-spec.ts';
import type { SandboxNode, SandboxPort } from '../../sandbox/sandbox.ts';
import type { PublishPin } from './choices.ts';

/**
 * The ports a replica opens on the host: the first replica those of the container's own number (another when it is
 * taken), the others any free one; a pinned one just that.
 */
export function publishOf(
  node: Pick<SandboxNode, 'name' | 'publish'>,
  index: number,
  pins: readonly PublishPin[],
): PublishSpec[] {
  const own = pins.filter(
    (pin) => pin.node === `${node.name}-${index}` || (index === 1 && pin.node === node.name),
  );
  const ports = [...node.publish];
  for (const pin of own) {
    if (!ports.some((port) => names(port, pin))) ports.push(portOf(pin));
  }
  return ports.map((port) => {
    const pin = own.find((candidate) => names(port, candidate));
    const hostPort = pin?.hostPort ?? (index === 1 ? port.port : 0);
    return { name: port.name, port: port.port, protocol: port.protocol, hostPort, pinned: pin !== undefined };
  });
}

/** What a further replica publishes, made from what another one does. */
export function publishOfReplica(ports: readonly PublishSpec[]): PublishSpec[] {
  return ports.map((port) => ({ ...port, hostPort: 0, pinned: false }));
}

function names(port: SandboxPort, pin: PublishPin): boolean {
  if (pin.port === port.name) return true;
  const { number, protocol } = parsePort(pin.port);
  return number === port.port && protocol === port.protocol;
}

function portOf(pin: PublishPin): SandboxPort {
  const { number, protocol } = parsePort(pin.port);
  return { name: pin.port, port: number, protocol };
}

/** `8080`, `8080/tcp`, `53/udp`; the number is NaN when it is none. */
export function parsePort(text: string): { number: number; protocol: 'tcp' | 'udp' } {
  const match = /^(\d{1,5})(?:\/(tcp|udp))?$/.exec(text);
  return { number: Number(match?.[1]), protocol: match?.[2] === 'udp' ? 'udp' : 'tcp' };
}
