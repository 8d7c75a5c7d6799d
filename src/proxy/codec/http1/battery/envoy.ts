import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Case, isCodecs, type Outcome, type Variant, type Verdict, variants } from './case.ts';
import { RecordingUpstream } from './upstream.ts';

/** ms; when nothing moved for two of them, the proxy is done with what it was sent. */
const quietMs = 250;

/** Sends every case to a real Envoy, each on its own connection, and reads off what became of its requests. */
export async function measure(envoy: string, cases: readonly Case[]): Promise<Map<string, Verdict>> {
  const folder = mkdtempSync(join(tmpdir(), 'http1-battery-'));
  const upstream = await RecordingUpstream.start();
  const log = join(folder, 'access.log');
  const adminFile = join(folder, 'admin');
  const config = JSON.stringify(bootstrap(upstream.port, log));
  const args = ['--config-yaml', config, '--use-dynamic-base-id', '--concurrency', '1', '-l', 'error'];
  const child = spawn(
    envoy,
    [...args, '--file-flush-interval-msec', '10', '--admin-address-path', adminFile],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', (data) => {
    said += data;
  });
  try {
    const ports = await listenerPorts(adminFile, () => {
      if (child.exitCode !== null) throw new Error(`Envoy went away: ${said}`);
    });
    const runs = await Promise.all(cases.map((one) => send(one, ports[one.variant])));
    await quiet(() => upstream.activity + runs.reduce((sum, run) => sum + run.activity, 0));
    const closed = runs.map((run) => run.closed);
    for (const run of runs) run.end();
    await quiet(() => upstream.activity + readFileSync(log).length);
    const logged = readFileSync(log, 'latin1').trim().split('\n');
    return new Map(
      cases.map((one, i) => {
        const key = String(runs[i]!.port);
        const entries = logged.filter((line) => line.startsWith(`${key} `)).map((line) => line.split(' '));
        const outcomes = toOutcomes(entries, upstream.requests.get(key) ?? []);
        return [one.name, { outcomes, closed: closed[i]! }];
      }),
    );
  } finally {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    upstream.close();
    await gone;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Pairs the access log's entries of a connection with the requests its upstream saw. */
function toOutcomes(entries: readonly string[][], requests: Outcome[]): Outcome[] {
  const left = [...requests];
  return entries.map(([, code, flags, details = '']) => {
    if (details === 'via_upstream') return left.shift()!;
    if (Number(code) === 0 && flags === 'DC') return left.shift() ?? { kind: 'waiting' };
    if (left[0]?.kind === 'forwarded' && left[0].partial) left.shift();
    return { kind: 'refused', status: Number(code), details, codec: isCodecs(details) };
  });
}

async function quiet(activity: () => number): Promise<void> {
  let before = -1;
  for (let still = 0; still < 2; ) {
    const now = activity();
    still = now === before ? still + 1 : 0;
    before = now;
    await delay(quietMs);
  }
}

interface Run {
  readonly port: number;
  readonly activity: number;
  readonly closed: boolean;
  end(): void;
}

async function send(one: Case, port: number): Promise<Run> {
  const socket = connect(port, '127.0.0.1');
  const run = { port: 0, activity: 0, closed: false, end: () => socket.destroy() };
  socket.on('data', () => run.activity++);
  socket.on('error', () => {});
  socket.on('end', () => {
    run.activity++;
    run.closed = true;
  });
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  run.port = socket.localPort!;
  socket.write(one.bytes, 'latin1');
  return run;
}

async function listenerPorts(adminFile: string, check: () => void): Promise<Record<Variant, number>> {
  for (let tries = 0; tries < 200; tries++) {
    check();
    try {
      const admin = readFileSync(adminFile, 'utf8').trim();
      const answer = await fetch(`http://${admin}/listeners?format=json`);
      const { listener_statuses: found } = (await answer.json()) as {
        listener_statuses?: { name: string; local_address: { socket_address: { port_value: number } } }[];
      };
      if (found?.length === variants.length) {
        const pairs = found.map(({ name, local_address: at }) => [name, at.socket_address.port_value]);
        return Object.fromEntries(pairs) as Record<Variant, number>;
      }
    } catch {
      // Not up yet.
    }
    await delay(25);
  }
  throw new Error('Envoy did not listen in time');
}

const manager = {
  '@type':
    'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
  stat_prefix: 'battery',
  generate_request_id: false,
  delayed_close_timeout: '0.05s',
  http_filters: [
    {
      name: 'router',
      typed_config: {
        '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router',
        suppress_envoy_headers: true,
      },
    },
  ],
};

const settings: Record<Variant, { manager?: object; http1?: object }> = {
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

function bootstrap(upstreamPort: number, log: string): object {
  const address = (port: number) => ({ socket_address: { address: '127.0.0.1', port_value: port } });
  const accessLog = {
    name: 'file',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog',
      path: log,
      log_format: {
        text_format_source: {
          inline_string:
            '%DOWNSTREAM_REMOTE_PORT% %RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS%\n',
        },
      },
    },
  };
  const routes = {
    name: 'battery',
    request_headers_to_add: [
      {
        header: { key: 'x-case', value: '%DOWNSTREAM_REMOTE_PORT%' },
        append_action: 'OVERWRITE_IF_EXISTS_OR_ADD',
      },
    ],
    virtual_hosts: [
      { name: 'all', domains: ['*'], routes: [{ match: { prefix: '' }, route: { cluster: 'upstream' } }] },
    ],
  };
  return {
    admin: { address: address(0) },
    static_resources: {
      listeners: variants.map((variant) => ({
        name: variant,
        address: address(0),
        filter_chains: [
          {
            filters: [
              {
                name: 'hcm',
                typed_config: {
                  ...manager,
                  ...settings[variant].manager,
                  http_protocol_options: settings[variant].http1 ?? {},
                  access_log: [accessLog],
                  route_config: routes,
                },
              },
            ],
          },
        ],
      })),
      clusters: [
        {
          name: 'upstream',
          type: 'STATIC',
          load_assignment: {
            cluster_name: 'upstream',
            endpoints: [{ lb_endpoints: [{ endpoint: { address: address(upstreamPort) } }] }],
          },
          typed_extension_protocol_options: {
            'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
              '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
              explicit_http_config: { http_protocol_options: { enable_trailers: true } },
            },
          },
        },
      ],
    },
  };
}
