import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Client, until } from './server/server.fake.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
// With -e there is no script's path in argv.
const runner = "import { run } from './src/proxy/main.ts'; process.argv.splice(1, 0, ''); await run();";

/** The data plane's command as a process of its own. */
class Command implements Disposable {
  stdout = '';
  stderr = '';
  code: number | null | undefined;
  readonly child: ChildProcess;

  constructor(...args: string[]) {
    this.child = spawn(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '-e', runner, '--', ...args],
      { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    this.child.stdout!.on('data', (data) => (this.stdout += data));
    this.child.stderr!.on('data', (data) => (this.stderr += data));
    this.child.on('close', (code) => (this.code = code));
  }

  async exit(): Promise<number | null> {
    await until('the command ends', () => this.code !== undefined, 20_000);
    return this.code!;
  }

  [Symbol.dispose](): void {
    this.child.kill('SIGKILL');
  }
}

const config = (port: number): string => `
admin: { address: { socket_address: { address: 127.0.0.1, port_value: 0 } } }
static_resources:
  listeners:
  - name: main
    address: { socket_address: { address: 127.0.0.1, port_value: ${port} } }
    filter_chains:
    - filters:
      - name: hcm
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: main
          route_config:
            virtual_hosts:
            - name: all
              domains: ["*"]
              routes: [{ match: { prefix: / }, direct_response: { status: 200, body: { inline_string: hi } } }]
          http_filters:
          - name: router
            typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router }
`;

describe('envoy-lab-proxy', () => {
  let folder: string;
  const file = (name: string): string => join(folder, name);
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'envoy-lab-proxy-'));
    writeFileSync(file('good.yaml'), config(0));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('serves until it is told to stop, and then ends with 0', async () => {
    using command = new Command(
      '-c',
      file('good.yaml'),
      '--admin-address-path',
      file('admin'),
      '--base-id-path',
      file('base'),
    );
    await until(
      'it runs',
      () => command.stderr.includes('starting main dispatch loop') || command.code !== undefined,
      20_000,
    );
    const admin = Number(readFileSync(file('admin'), 'utf8').split(':')[1]);
    assert.equal(readFileSync(file('base'), 'utf8'), '0');
    using ready = new Client(admin).send('GET /ready HTTP/1.1\r\nhost: a\r\n\r\n');
    await ready.gets('LIVE');
    using listeners = new Client(admin).send('GET /listeners HTTP/1.1\r\nhost: a\r\n\r\n');
    const port = Number(/main::127\.0\.0\.1:(\d+)/.exec(await listeners.gets('main::'))![1]);
    using client = new Client(port).send('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    await client.gets('\r\n\r\nhi');
    command.child.kill('SIGTERM');
    assert.equal(await command.exit(), 0);
    assert.match(command.stderr, /^\[\d{4}-\d\d-\d\d [\d:.]+\]\[\d+\]\[warning\]\[main\] caught SIGTERM$/m);
  });

  it('only checks the config with --mode validate', async () => {
    using command = new Command('-c', file('good.yaml'), '--mode', 'validate', '-l', 'off');
    assert.equal(await command.exit(), 0);
    assert.equal(command.stdout, `configuration '${file('good.yaml')}' OK\n`);
    assert.equal(command.stderr, '');
  });

  it('ends with 1 and says why: flags, config, address', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as { port: number };
    writeFileSync(file('taken.yaml'), config(port));
    writeFileSync(file('bad.yaml'), 'static_resources: { listener: [] }');
    using flag = new Command('--nosuch');
    using none = new Command();
    using bad = new Command('-c', file('bad.yaml'));
    using bind = new Command('-c', file('taken.yaml'));
    for (const command of [flag, none, bad, bind]) assert.equal(await command.exit(), 1);
    taken.close();
    assert.match(flag.stderr, /PARSE ERROR: Argument: --nosuch/);
    assert.match(none.stderr, /At least one of --config-path or --config-yaml/);
    assert.match(bad.stderr, /bad\.yaml:1:\d+: static_resources\.listener: unknown field .*did you mean/);
    assert.match(bind.stderr, new RegExp(`cannot bind '127.0.0.1:${port}': Address already in use`));
  });
});
