import { request } from 'node:http';
import { LabError } from '../../src/error.ts';
import type {
  ExecRequest,
  LogLine,
  LogRequest,
  RunningLab,
  RuntimeEvent,
} from '../../src/runtime/runtime.ts';

/** What a command in a node said. */
export interface Spoken {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command in a node to its end, without stdin when there is no input. */
export async function run(
  lab: RunningLab,
  node: string,
  argv: readonly string[],
  { input, ...rest }: Partial<ExecRequest> & { input?: string } = {},
): Promise<Spoken> {
  const noStdin = input === undefined && { noStdin: true as const };
  await using session = await lab.exec({ node, argv, ...noStdin, ...rest });
  session.stdin.end(input);
  const [stdout, stderr, code] = await Promise.all([
    text(session.stdout),
    text(session.stderr),
    session.exitCode,
  ]);
  return { code, stdout, stderr };
}

export async function text(stream: AsyncIterable<Buffer | string>): Promise<string> {
  const parts: Buffer[] = [];
  for await (const chunk of stream) parts.push(Buffer.from(chunk));
  return Buffer.concat(parts).toString();
}

/** GETs a page of 127.0.0.1. */
export function get(port: number, path = '/'): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, agent: false }, (response) => {
      text(response).then(resolve, reject);
    });
    asked.on('error', reject);
    asked.end();
  });
}

/** Collects log lines until they end. */
export async function logs(
  lab: RunningLab,
  request: Partial<LogRequest> & { nodes: string[] },
): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  for await (const line of lab.logs({ follow: false, ...request })) lines.push(line);
  return lines;
}

/** Waits for the first event that matches; fails after `timeoutMs`. */
export async function eventually(
  lab: RunningLab,
  matches: (event: RuntimeEvent) => boolean,
  timeoutMs = 10_000,
): Promise<RuntimeEvent> {
  const signal = AbortSignal.timeout(timeoutMs);
  for await (const event of lab.watch(signal)) if (matches(event)) return event;
  if (signal.aborted) throw new Error(`no such event within ${timeoutMs} ms`);
  throw new LabError('runtime', 'the lab is gone');
}

/** Waits until a container is in a state. */
export function state(
  lab: RunningLab,
  node: string,
  container: string,
  wanted: string,
): Promise<RuntimeEvent> {
  return eventually(
    lab,
    (event) =>
      event.kind === 'container' &&
      event.node === node &&
      event.container === container &&
      event.state === wanted,
  );
}

/** Starts nodes and waits until all their containers are ready; fails when one exits. */
export async function startAll(
  lab: RunningLab,
  nodes: readonly { name: string; containers: readonly { name: string }[] }[],
): Promise<void> {
  await Promise.all(nodes.map(({ name }) => lab.start(name)));
  const waiting = new Set(
    nodes.flatMap(({ name, containers }) => containers.map((container) => `${name}/${container.name}`)),
  );
  await eventually(lab, (event) => {
    if (event.kind !== 'container') return false;
    const name = `${event.node}/${event.container}`;
    if (event.state === 'ready') waiting.delete(name);
    if (event.state === 'exited' && waiting.has(name)) throw new LabError('runtime', `${name} exited`);
    return waiting.size === 0;
  });
}
