import { startDnsServer } from '../../../dns/server.ts';
import { LabError } from '../../../error.ts';
import { INSIDE, insidePath, READY_FIFOS } from '../namespaces/boot-script.ts';
import { NamespaceIsolation } from '../namespaces/isolation.ts';
import { toWire } from '../protocol/wire-error.ts';
import type { InnerConfig } from './config.ts';
import { listenControl, serveControl } from './control-server.ts';
import { FifoPool } from './fifo.ts';
import { OuterHalf } from './half-link.ts';
import { Lab } from './lab.ts';

/**
 * The inner half of a supervisor: inside the lab's namespaces, next to the shell that is PID 1. It dies with the outer
 * half, and everything in the lab dies with it.
 */
export async function runInner(config: InnerConfig, self: NodeJS.Process): Promise<void> {
  self.on('disconnect', () => self.exit(1));
  const outer = new OuterHalf(self);
  try {
    const isolation = new NamespaceIsolation({
      tools: config.tools,
      plan: config.plan,
      networks: config.networks,
      path: config.path,
      hostPids: (pids) => outer.hostPids(pids),
    });
    await waitForBoot(self.stdin);
    isolation.boot();
    const now = () => Date.now();
    const fifos = new FifoPool(INSIDE.fifos, READY_FIFOS);
    const { identity, createdAt } = config;
    const lab = new Lab({ identity, createdAt, isolation, fifos, binder: outer, now });
    const lookup = lab.lookup.bind(lab);
    const forward = (query: Buffer) => outer.resolve(query);
    await Promise.all(isolation.gateways.map((host) => startDnsServer({ host, port: 53, lookup, forward })));
    const control = serveControl(lab, async () => self.exit(0));
    await listenControl(control, insidePath(config.folder));
    outer.notify({ notice: 'ready' });
  } catch (error) {
    outer.notify({ notice: 'failed', error: toWire(error) });
  }
}

/** The boot script writes `ok` when mounts and bridges are there, and just ends when something failed. */
async function waitForBoot(stdin: NodeJS.ReadStream): Promise<void> {
  let said = '';
  for await (const chunk of stream(stdin)) said += chunk.toString();
  if (said.trim() !== 'ok') throw new LabError('runtime', 'the namespaces of the lab could not be set up');
}

function stream(stdin: NodeJS.ReadStream): AsyncIterable<Buffer> {
  return stdin as AsyncIterable<Buffer>;
}
