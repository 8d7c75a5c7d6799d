import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** ms; when nothing moved for two of them, the proxy is done with what it was sent. */
const quietMs = 250;

/** What a listener of the measured Envoy has beside the defaults. */
export interface ListenerSettings {
  /** Fields of the connection manager. */
  readonly manager?: object;
  /** Its `http_protocol_options`. */
  readonly http1?: object;
}

/** A real Envoy: one listener for each of the settings, all routed to one upstream on the loopback. */
export class MeasuredEnvoy implements AsyncDisposable {
  /** Of each listener, by name. */
  ports: Readonly<Record<string, number>> = {};
  readonly #folder = mkdtempSync(join(tmpdir(), 'http1-battery-'));
  readonly #child: ChildProcess;
  #said = '';

  private constructor(binary: string, upstreamPort: number, listeners: Record<string, ListenerSettings>) {
    const config = JSON.stringify(bootstrap(upstreamPort, this.#log, listeners));
    const args = ['--config-yaml', config, '--use-dynamic-base-id', '--concurrency', '1', '-l', 'error'];
    this.#child = spawn(
      binary,
      [...args, '--file-flush-interval-msec', '10', '--admin-address-path', join(this.#folder, 'admin')],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    this.#child.stderr?.on('data', (data) => {
      this.#said += data;
    });
  }

  /** Resolves when it listens. */
  static async start(
    binary: string,
    upstreamPort: number,
    listeners: Record<string, ListenerSettings>,
  ): Promise<MeasuredEnvoy> {
    const envoy = new MeasuredEnvoy(binary, upstreamPort, listeners);
    try {
      await envoy.#findPorts(Object.keys(listeners).length);
      return envoy;
    } catch (error) {
      await envoy[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The access log's lines of a connection, named by the client's and the listener's port: their other words. */
  logOf(connection: string): string[][] {
    const lines = readFileSync(this.#log, 'latin1').split('\n');
    return lines.filter((line) => line.startsWith(`${connection} `)).map((line) => line.split(' ').slice(1));
  }

  get logSize(): number {
    return readFileSync(this.#log).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const gone = new Promise((resolve) => this.#child.once('exit', resolve));
    if (this.#child.exitCode === null) {
      this.#child.kill('SIGKILL');
      await gone;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #log(): string {
    return join(this.#folder, 'access.log');
  }

  async #findPorts(count: number): Promise<void> {
    for (let tries = 0; tries < 400; tries++) {
      if (this.#child.exitCode !== null) throw new Error(`Envoy went away: ${this.#said}`);
      try {
        const admin = readFileSync(join(this.#folder, 'admin'), 'utf8').trim();
        const answer = await fetch(`http://${admin}/listeners?format=json`);
        const { listener_statuses: found } = (await answer.json()) as {
          listener_statuses?: { name: string; local_address: { socket_address: { port_value: number } } }[];
        };
        if (found?.length === count) {
          this.ports = Object.fromEntries(
            found.map(({ name, local_address: at }) => [name, at.socket_address.port_value]),
          );
          return;
        }
      } catch {
        // Not up yet.
      }
      await delay(25);
    }
    throw new Error('Envoy did not listen in time');
  }
}

/** Waits until a count that grows with every event stands still. */
export async function quiet(activity: () => number): Promise<void> {
  let before = -1;
  for (let still = 0; still < 2; ) {
    const now = activity();
    still = now === before ? still + 1 : 0;
    before = now;
    await delay(quietMs);
  }
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

function bootstrap(upstreamPort: number, log: string, listeners: Record<string, ListenerSettings>): object {
  const address = (port: number) => ({ socket_address: { address: '127.0.0.1', port_value: port } });
  const accessLog = {
    name: 'file',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog',
      path: log,
      log_format: {
        text_format_source: {
          inline_string:
            '%DOWNSTREAM_DIRECT_REMOTE_PORT%-%DOWNSTREAM_LOCAL_PORT% %RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS%\n',
        },
      },
    },
  };
  const routes = {
    name: 'battery',
    request_headers_to_add: [
      {
        header: { key: 'x-case', value: '%DOWNSTREAM_DIRECT_REMOTE_PORT%-%DOWNSTREAM_LOCAL_PORT%' },
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
      listeners: Object.entries(listeners).map(([name, settings]) => ({
        name,
        address: address(0),
        filter_chains: [
          {
            filters: [
              {
                name: 'hcm',
                typed_config: {
                  ...manager,
                  ...settings.manager,
                  http_protocol_options: settings.http1 ?? {},
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
