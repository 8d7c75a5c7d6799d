import type { LogLine, RuntimeEvent } from '../../runtime.ts';
import { writeLine } from '../protocol/lines.ts';
import type { Container } from './container.ts';
import type { CallContext } from './control-server.ts';

/** `watch`: the present states, then every event until the client goes. */
export async function serveWatch({ lab, socket, signal, reply }: CallContext<'watch'>): Promise<void> {
  const queue: RuntimeEvent[] = lab.present();
  let wake = () => {};
  const unsubscribe = lab.events.subscribe((event) => {
    queue.push(event);
    wake();
  });
  signal.addEventListener('abort', () => wake());
  try {
    await reply(null);
    while (!signal.aborted) {
      for (let event = queue.shift(); event !== undefined; event = queue.shift())
        await writeLine(socket, event);
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (queue.length > 0 || signal.aborted) resolve();
      });
    }
  } finally {
    unsubscribe();
  }
}

/** `logs`: what is kept of the containers' output, in the order of time, and what comes after it when following. */
export async function serveLogs({ lab, args, socket, signal, reply }: CallContext<'logs'>): Promise<void> {
  const { follow, since = 0, tail } = args;
  const named = args.container === undefined ? undefined : [args.container];
  const containersOf = (node: string) => lab.nodes.containers(node, named);
  /** Containers come and go while they are followed. */
  const present = () => args.nodes.filter((node) => lab.nodes.has(node)).flatMap(containersOf);
  const cursors = new WeakMap<Container, number>();
  const fresh = (container: Container) => take(container, cursors).filter(({ time }) => time >= since);
  let lines = args.nodes.flatMap(containersOf).flatMap((container) => {
    // A line that has only begun is shown at once, unless it is going to be followed to its end.
    const partial = follow ? [] : container.log.partial(lab.now()).map((entry) => lineOf(container, entry));
    const kept = [...fresh(container), ...partial];
    return tail === undefined ? kept : kept.slice(Math.max(0, kept.length - tail));
  });
  await reply(null);
  for (;;) {
    const next = follow ? lab.output.next(signal) : undefined;
    for (const line of lines.sort((a, b) => a.time - b.time)) {
      await writeLine(socket, line);
      if (signal.aborted) return;
    }
    if (next === undefined) break;
    await next;
    if (signal.aborted) return;
    lines = present().flatMap(fresh);
  }
  socket.end();
}

function take(container: Container, cursors: WeakMap<Container, number>): LogLine[] {
  const entries = container.log.from(cursors.get(container) ?? 0);
  cursors.set(container, container.log.next);
  return entries.map((entry) => lineOf(container, entry));
}

function lineOf(container: Container, entry: Pick<LogLine, 'stream' | 'time' | 'text'>): LogLine {
  const { stream, time, text } = entry;
  return { node: container.node.name, container: container.spec.name, stream, time, text };
}
