import { setTimeout as delay } from 'node:timers/promises';
import { Queue } from '../../process/queue.ts';
import type { LogLine, LogRequest } from '../runtime.ts';
import type { Query } from './api/api.ts';
import { ApiError, explain, isBusy, isDisconnected, isMissing } from './api/failure.ts';
import { lines } from './api/lines.ts';
import { type Pod, pathOf } from './api/objects.ts';
import { findPod } from './list.ts';
import type { LabAt } from './place.ts';
import { containersOf } from './select.ts';
import { type NodeObject, statusOf } from './states.ts';

/** What a line begins with (RFC 3339): the time up to the second, its fraction, and the zone. */
const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d) /;
/** Between two looks whether a container has begun, in ms. */
const LOOK_MS = 200;

interface Source {
  readonly node: string;
  readonly container: string;
  readonly pod: string;
}

/**
 * What containers of pods that are there have written. Kubernetes keeps one log a container: which stream a line was written
 * to is not told, all of them count as stdout; and it goes with the pod.
 */
export async function* readLogs(
  lab: LabAt,
  nodes: readonly NodeObject[],
  { container, follow, tail, since, signal }: Omit<LogRequest, 'nodes'>,
): AsyncIterable<LogLine> {
  const sources = nodes.flatMap((node) =>
    containersOf(node, container === undefined ? undefined : [container]).map(({ name }) => ({
      node: node.record.spec.name,
      container: name,
      pod: node.record.spec.name,
    })),
  );
  const from: Query = {
    ...(tail !== undefined && { tailLines: tail }),
    ...(since !== undefined && { sinceTime: new Date(since).toISOString() }),
  };
  const wanted = ({ time }: LogLine) => since === undefined || time >= since;
  if (!follow) {
    const all = await Promise.all(sources.map((source) => readOne(lab, source, from)));
    const sorted = all
      .flat()
      .filter(wanted)
      .sort((a, b) => a.time - b.time);
    for (const line of sorted) {
      if (signal?.aborted) return;
      yield line;
    }
    return;
  }
  const over = new AbortController();
  const output = new Queue<LogLine>();
  const stop = () => {
    over.abort();
    output.close();
  };
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) stop();
  const following = sources.map(async (source) => {
    for await (const line of followOne(lab, source, from, over.signal)) if (wanted(line)) output.push(line);
  });
  Promise.all(following).then(stop, (error: unknown) => output.fail(error));
  try {
    for await (const line of output) {
      if (signal?.aborted) return;
      yield line;
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    stop();
  }
}

async function readOne({ api, namespace }: LabAt, source: Source, from: Query): Promise<LogLine[]> {
  const found: LogLine[] = [];
  try {
    const query = { container: source.container, timestamps: true, ...from };
    const response = await api.stream(`${pathOf('Pod', namespace, source.pod)}/log`, query);
    for await (const text of lines(response)) found.push(lineOf(source, text));
  } catch (error) {
    if (!isUnbegun(error)) throw explain(error, `read the log of ${source.node}/${source.container}`);
  }
  return found;
}

/** There is no such pod, or the container has not begun. */
function isUnbegun(error: unknown): boolean {
  return isMissing(error) || (error instanceof ApiError && error.status === 400);
}

/** Lines of a container's lives, one after the other, until the signal aborts or the lab is gone. */
export async function* followOne(
  lab: LabAt,
  source: Source,
  from: Query,
  signal: AbortSignal,
): AsyncGenerator<LogLine> {
  const { api, namespace } = lab;
  const path = `${pathOf('Pod', namespace, source.pod)}/log`;
  let life: { readonly uid: string | undefined; last: string; ended: boolean } | undefined;
  while (!signal.aborted) {
    try {
      const pod = await findPod(lab, source.pod);
      if (!hasBegun(pod, source.container) || (life?.ended && life.uid === pod?.metadata.uid)) {
        await delay(LOOK_MS, undefined, { signal });
        continue;
      }
      const uid = pod?.metadata.uid;
      const again = life !== undefined && life.uid === uid;
      const current = again ? life! : { uid, last: '', ended: false };
      // What has begun later is shown whole.
      const start: Query = life === undefined ? from : again ? { sinceTime: current.last } : {};
      life = current;
      const query = { container: source.container, follow: true, timestamps: true, ...start };
      const shown = current.last;
      const response = await api.stream(path, query, signal);
      for await (const text of lines(response)) {
        const stamp = stampOf(text);
        if (stamp <= shown) continue;
        if (stamp > current.last) current.last = stamp;
        yield lineOf(source, text);
      }
      current.ended =
        statusOf(await findPod(lab, source.pod), source.container)?.state?.running === undefined;
    } catch (error) {
      if (signal.aborted) return;
      if (!isUnbegun(error) && !isDisconnected(error) && !isBusy(error)) {
        throw explain(error, `follow the log of ${source.node}/${source.container}`);
      }
      await delay(LOOK_MS, undefined, { signal }).catch(() => {});
    }
  }
}

function hasBegun(pod: Pod | undefined, container: string): boolean {
  const { running, terminated } = statusOf(pod, container)?.state ?? {};
  return running !== undefined || terminated !== undefined;
}

/**
 * The line's time in UTC with nine digits of the second, so that texts compare as times do. It is told in the time zone of the machine
 * that wrote it.
 */
function stampOf(text: string): string {
  const [, time = '', fraction = '', zone = ''] = STAMP.exec(text) ?? [];
  const seconds = Date.parse(`${time}${zone}`);
  if (Number.isNaN(seconds)) return '';
  return `${new Date(seconds).toISOString().slice(0, 19)}.${fraction.padEnd(9, '0')}Z`;
}

function lineOf({ node, container }: Source, text: string): LogLine {
  const at = text.indexOf(' ');
  return {
    node,
    container,
    stream: 'stdout',
    time: Date.parse(text.slice(0, at)) || Date.now(),
    text: text.slice(at + 1).replace(/\r$/, ''),
  };
}
