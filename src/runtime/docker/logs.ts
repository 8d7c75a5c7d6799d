import type Docker from 'dockerode';
import type { LogLine, LogRequest } from '../runtime.ts';
import { isMissing } from './errors.ts';
import { label } from './labels.ts';
import { followContainer } from './logs/follow.ts';
import { Gathering } from './logs/gather.ts';
import { type History, openHistory } from './logs/history.ts';
import type { TextLine } from './logs/lines.ts';
import { Lives } from './logs/lives.ts';
import { mergeByTime } from './logs/merge.ts';
import { Seen } from './logs/seen.ts';
import type { NodeObject } from './objects.ts';
import { openEvents } from './watch/event-stream.ts';

type Request = Omit<LogRequest, 'nodes'>;

/** A container whose lines are read. */
interface Source {
  readonly id: string;
  readonly node: string;
  readonly container: string;
}

/**
 * Lines of all containers of the nodes, merged by time; with `follow`, on through restarts until the signal aborts or they
 * are gone. Containers that are made anew meanwhile are followed too.
 *
 * @throws LabError `runtime` when the engine does not answer
 */
export async function* readLogs(
  docker: Docker,
  nodes: readonly NodeObject[],
  request: Request,
): AsyncIterable<LogLine> {
  const over = new AbortController();
  const { signal } = over;
  // Not AbortSignal.any(): a timeout that only it knows may be collected, and then nothing ends.
  const stop = () => over.abort();
  request.signal?.addEventListener('abort', stop, { once: true });
  if (request.signal?.aborted) return;
  const sources = nodes.flatMap((node) =>
    node.containers
      .filter(({ spec }) => request.container === undefined || spec.name === request.container)
      .map(({ id, spec }): Source => ({ id, node: node.spec.name, container: spec.name })),
  );
  try {
    // Listened to before it is read: no start in between is missed.
    const listening = request.follow ? await openEvents({ docker }, Date.now(), signal) : undefined;
    const read = await Promise.all(
      sources.map(async (source) => {
        const seen = new Seen();
        const { follow, tail, since } = request;
        const history = await openHistory({
          docker,
          container: source.id,
          tail,
          since,
          follow,
          seen,
          signal,
        });
        return { source, seen, history };
      }),
    );
    const past = read.map(({ source, history }) =>
      labelled(docker, source, history?.lines() ?? none(), request),
    );
    for await (const line of mergeByTime(past)) {
      if (signal.aborted) return;
      yield line;
    }
    if (listening !== undefined) yield* follow(docker, nodes, read, listening, request, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    request.signal?.removeEventListener('abort', stop);
    over.abort();
  }
}

type Listening = Awaited<ReturnType<typeof openEvents>>;

async function* follow(
  docker: Docker,
  nodes: readonly NodeObject[],
  read: readonly { readonly source: Source; readonly seen: Seen; readonly history: History | undefined }[],
  events: Listening,
  request: Request,
  signal: AbortSignal,
): AsyncGenerator<LogLine> {
  const lives = new Lives();
  const gathering = new Gathering<LogLine>();
  const lab = await labOf(docker, nodes, lives);
  const known = new Set(read.map(({ source }) => source.id));
  const begin = (source: Source, seen: Seen, history: History | undefined) => {
    const lines = followContainer({
      docker,
      container: source.id,
      seen,
      begun: history?.rest,
      lives,
      signal,
    });
    gathering.add(labelled(docker, source, lines, request));
  };
  const stop = () => {
    gathering.close();
    lives.wake();
  };
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const hear = async () => {
    for await (const event of events) {
      lives.note(event);
      const { [label.node]: node = '', [label.container]: container = '' } = event.labels;
      const wanted = request.container === undefined || container === request.container;
      const ours =
        nodes.some(({ spec }) => spec.name === node) && lab !== undefined && event.labels[label.lab] === lab;
      if (event.action === 'start' && container !== '' && ours && wanted && !known.has(event.id)) {
        known.add(event.id);
        begin({ id: event.id, node, container }, new Seen(), undefined);
      }
      gathering.nudge();
    }
  };
  // Whoever follows is told by the next call that fails when the engine has gone.
  void hear()
    .catch(() => {})
    .finally(stop);
  for (const { source, seen, history } of read) begin(source, seen, history);
  yield* gathering.read(() => nodes.some(({ id }) => !lives.isGone(id)));
}

/** Lines as the caller gets them. */
async function* labelled(
  docker: Docker,
  { id, node, container }: Source,
  lines: AsyncIterable<TextLine>,
  { since = 0 }: Request,
): AsyncGenerator<LogLine> {
  let started = 0;
  let asked: number | undefined;
  for await (const { coarse, ...line } of lines) {
    if (line.time + (coarse ? 999 : 0) < since) continue;
    let { time } = line;
    if (coarse) {
      // Of a line of its first second we know at least that it is not from before the start.
      if (asked !== time) started = await startOf(docker, id);
      asked = time;
      if (Math.floor(started / 1000) * 1000 === time) time = started;
    }
    yield { node, container, stream: line.stream, time, text: line.text };
  }
}

async function startOf(docker: Docker, id: string): Promise<number> {
  const found = await docker
    .getContainer(id)
    .inspect()
    .catch(() => undefined);
  return Date.parse(found?.State.StartedAt ?? '') || 0;
}

/** The lab's name; a node that went before anybody listened is noted. */
async function labOf(
  docker: Docker,
  nodes: readonly NodeObject[],
  lives: Lives,
): Promise<string | undefined> {
  const labels = await Promise.all(
    nodes.map(async ({ id }) => {
      try {
        return (await docker.getContainer(id).inspect()).Config.Labels;
      } catch (error) {
        if (isMissing(error)) lives.gone(id);
        return undefined;
      }
    }),
  );
  return labels.find((found) => found !== undefined)?.[label.lab];
}

async function* none(): AsyncGenerator<TextLine> {}
