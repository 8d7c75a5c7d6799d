import { setTimeout as delay } from 'node:timers/promises';
import type { Gateway } from '../gateway/gateway.ts';
import type { GatewayLab } from '../gateway/lab.ts';
import type { RunningLab } from '../runtime/runtime.ts';
import { type KnownPorts, knownPorts, labView } from './lab-view.ts';
import { inOrder } from './select.ts';

/** How long until a lab is watched again whose watch broke off though it still runs, in ms. */
const AGAIN_MS = 500;

/**
 * The pages of a lab on one address of 127.0.0.1.
 *
 * @param port 0: any free one
 */
export async function openPages(running: RunningLab, port: number): Promise<Gateway> {
  const { openGateway } = await import('../gateway/gateway.ts');
  return openGateway(gatewayLab(running), { port });
}

/** Returns when the lab does not run any more, or the signal aborts. */
export async function untilGone(running: RunningLab, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const event of running.watch(signal)) {
        if (event.kind === 'lab' && event.state === 'removed') return;
      }
      if (signal.aborted) return;
      await running.observe();
      await delay(AGAIN_MS, undefined, { signal });
    } catch {
      return;
    }
  }
}

function gatewayLab(running: RunningLab): GatewayLab {
  let read: { readonly of: string; readonly ports: KnownPorts } | undefined;
  return {
    view: async () => {
      const lab = inOrder(await running.observe());
      const specs = lab.nodes.map(({ spec }) => spec);
      const of = specs
        .map(({ name, containers }) => [name, ...containers.map(({ hash }) => hash)].join())
        .join();
      if (read?.of !== of) read = { of, ports: knownPorts(specs) };
      return labView(lab, read.ports);
    },
    connect: (node, port) => running.connect(node, port),
  };
}
