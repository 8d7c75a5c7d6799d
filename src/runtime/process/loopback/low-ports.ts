import { createServer } from 'node:net';
import { LabError } from '../../../error.ts';
import type { ContainerSpec, NodeSpec } from '../../node-spec.ts';

/** Ports that a system may keep for root begin below. */
const LOW_PORTS = 1024;

/** Whether this user may open a port of an address, whoever has it open now. */
type Permission = (port: number, address: string) => Promise<boolean>;

/**
 * A program that is steered opens its ports among the machine's: those that this user may not open are told before it starts.
 *
 * @throws LabError `runtime`
 */
export async function checkLowPorts(
  node: NodeSpec,
  container: ContainerSpec,
  address: string,
  mayOpen: Permission = mayBind,
): Promise<void> {
  for (const port of container.steered?.ports ?? []) {
    if (port >= LOW_PORTS || (await mayOpen(port, address))) continue;
    throw new LabError(
      'runtime',
      `${node.name}/${container.name} listens on port ${port}, and this user may not open ports below ${LOW_PORTS} here`,
      {
        hint: 'Use a machine that allows namespaces (envoy-lab doctor says why this one does not), or allow it: sudo sysctl net.ipv4.ip_unprivileged_port_start=0',
      },
    );
  }
}

function mayBind(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code !== 'EACCES'));
    server.listen({ port, host }, () => server.close(() => resolve(true)));
  });
}
