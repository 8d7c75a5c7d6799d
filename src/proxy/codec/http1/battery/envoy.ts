import { connect } from 'node:net';
import { type Case, isCodecs, type Outcome, type Variant, type Verdict } from './case.ts';
import { type ListenerSettings, MeasuredEnvoy, quiet } from './measured-envoy.ts';
import { RecordingUpstream } from './upstream.ts';

/** Sends every case to a real Envoy, each on its own connection, and reads off what became of its requests. */
export async function measureRequests(binary: string, cases: readonly Case[]): Promise<Map<string, Verdict>> {
  const upstream = await RecordingUpstream.start();
  try {
    await using envoy = await MeasuredEnvoy.start(binary, upstream.port, settings);
    const runs = await Promise.all(cases.map((one) => send(one, envoy.ports[one.variant]!)));
    await quiet(() => upstream.activity + runs.reduce((sum, run) => sum + run.activity, 0));
    const closed = runs.map((run) => run.closed);
    for (const run of runs) run.end();
    await quiet(() => upstream.activity + envoy.logSize);
    return new Map(
      cases.map((one, i) => {
        const { key } = runs[i]!;
        const outcomes = toOutcomes(envoy.logOf(key), upstream.requests.get(key) ?? []);
        return [one.name, { outcomes, closed: closed[i]! }];
      }),
    );
  } finally {
    upstream.close();
  }
}

/** Pairs the access log's entries of a connection with the requests its upstream saw. */
function toOutcomes(entries: readonly string[][], requests: Outcome[]): Outcome[] {
  const left = [...requests];
  return entries.map(([code, flags, details = '']) => {
    if (details === 'via_upstream') return left.shift()!;
    if (Number(code) === 0 && flags === 'DC') return left.shift() ?? { kind: 'waiting' };
    if (left[0]?.kind === 'forwarded' && left[0].partial) left.shift();
    return { kind: 'refused', status: Number(code), details, codec: isCodecs(details) };
  });
}

interface Run {
  /** Client's and listener's port. */
  readonly key: string;
  readonly activity: number;
  readonly closed: boolean;
  end(): void;
}

async function send(one: Case, port: number): Promise<Run> {
  const socket = connect(port, '127.0.0.1');
  const run = { key: '', activity: 0, closed: false, end: () => socket.destroy() };
  socket.on('data', () => run.activity++);
  socket.on('error', () => {});
  socket.on('end', () => {
    run.activity++;
    run.closed = true;
  });
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  run.key = `${socket.localPort}-${port}`;
  socket.write(one.bytes, 'latin1');
  return run;
}

const settings: Record<Variant, ListenerSettings> = {
  default: {},
  http10: { http1: { accept_http_10: true, default_host_for_http_10: 'dflt' } },
  trailers: { http1: { enable_trailers: true } },
  'chunked-length': { http1: { allow_chunked_length: true } },
  'reject-underscores': {
    manager: { common_http_protocol_options: { headers_with_underscores_action: 'REJECT_REQUEST' } },
  },
  'drop-underscores': {
    manager: { common_http_protocol_options: { headers_with_underscores_action: 'DROP_HEADER' } },
  },
};
