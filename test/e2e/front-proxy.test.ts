import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { CommandLine } from './command-line.ts';
import { assertDocumented } from './shapes.ts';

interface Ps {
  readonly changed?: boolean;
  readonly nodes: readonly {
    readonly name: string;
    readonly ports: readonly { readonly name: string; readonly hostPort: number }[];
    readonly containers: readonly { readonly name: string; readonly state: string }[];
  }[];
}

/** The life of the front-proxy sandbox, as its README tells it; each test goes on from the one before. */
describe('front-proxy', () => {
  const cli = new CommandLine();
  before(() => cli.ok('up', 'front-proxy'));
  after(() => cli[Symbol.asyncDispose]());

  it('is up: five containers in three nodes, all ready', async () => {
    const ps = await cli.json<Ps>('ps');
    assertDocumented('ps', ps);
    assert.deepEqual(
      ps.nodes.map(({ name }) => name),
      ['front-envoy-1', 'service1-1', 'service2-1'],
    );
    assert.deepEqual(
      ps.nodes.flatMap(({ containers }) => containers.map(({ state }) => state)),
      ['ready', 'ready', 'ready', 'ready', 'ready'],
    );
    assert.match(await cli.ok('ps'), /^NODE +CONTAINER +RUNS +STATE[\s\S]*service1-1 +app +hello +ready/);
    const labs = await cli.json('labs');
    assertDocumented('labs', labs);
    assert.match(await cli.ok('labs'), /front-proxy +front-proxy +process/);
  });

  it('has nothing to do the second time', async () => {
    const again = await cli.json<Ps>('up', 'front-proxy');
    assertDocumented('ps', again);
    assert.equal(again.changed, false);
    assert.match(
      await cli.ok('up', 'front-proxy', '--dry-run'),
      /^nothing to do: front-proxy is as wanted\n$/,
    );
  });

  it('says where the time of up went', async () => {
    assert.match(
      await cli.ok('up', 'front-proxy', '--name', 'other', '--timings', '--dry-run'),
      /^create lab other [\s\S]*\n\nPHASE +FROM +TOOK\nstart envoy-lab +0 ms +\d+ ms\n[\s\S]*^plan +\d+ ms/m,
    );
    const { timings } = await cli.json<{ timings: { chain: unknown[] } }>(
      ...['up', 'front-proxy', '--name', 'other', '--timings'],
    );
    assertDocumented('up --timings', timings);
    assert.ok(timings.chain.length > 3);
    await cli.ok('down', 'other');
  });

  it('answers on its published port', async () => {
    const address = (await cli.ok('port', 'front-envoy', 'http')).trim();
    assert.match(address, /^127\.0\.0\.1:\d+$/);
    const { status, headers, body } = await request(`http://${address}/service/1`);
    assert.equal(status, 200);
    assert.equal(headers.server, 'envoy');
    assert.match(body, /^Hello from behind Envoy \(service 1\)! hostname service1-1 resolved \S+\n$/);
    const ports = await cli.json<unknown[]>('port', 'front-envoy');
    for (const port of ports) assertDocumented('port', port);
    assertDocumented('port', await cli.json('port', 'front-envoy', '8080'));
  });

  it('answers curl by its names, over TLS too, from the host and from inside', async () => {
    const verbose = await cli.run(['curl', '-sv', 'http://front-envoy:8080/service/1']);
    assert.equal(verbose.code, 0);
    assert.match(verbose.stdout, /^Hello from behind Envoy \(service 1\)!/);
    assert.match(verbose.stderr, /< server: envoy/);
    assert.match(await cli.ok('curl', '-sk', 'https://front-envoy:8443/service/2'), /\(service 2\)!/);
    assert.match(
      await cli.ok('curl', '-s', '--from', 'service1', 'http://front-envoy:8080/service/2'),
      /\(service 2\)!/,
    );
    assert.match(await cli.ok('curl', '-s', 'http://service1-1:8080/service/1'), /\(service 1\)!/);
    const refused = await cli.run(['curl', '-s', 'http://front-envoy:9/']);
    assert.ok(refused.code > 0 && refused.code !== 125, `curl's own code, not ${refused.code}`);
  });

  it('answers our own client on a machine without curl, from the host and from inside', async () => {
    for (const from of [[], ['--from', 'service1']]) {
      const words = ['curl', ...from, '-si', 'http://front-envoy:8080/service/2'];
      const { code, stdout, stderr } = await cli.run(words, { PATH: '/nowhere' });
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^HTTP\/1\.1 200 OK\r\n[\s\S]*\(service 2\)!/);
    }
  });

  it('runs commands in its nodes, and passes on their exit codes', async () => {
    assert.match(
      await cli.ok(
        'exec',
        'front-envoy',
        'node',
        '-e',
        'fetch("http://localhost:8080/service/1").then(r=>r.text()).then(console.log)',
      ),
      /\(service 1\)!/,
    );
    assert.equal(
      await cli.ok('exec', '--container', 'app', 'service2', 'sh', '-c', 'echo $SERVICE_NAME'),
      '2\n',
    );
    assert.equal(
      await cli.ok('exec', '-e', 'A=b', '-w', '/tmp', 'service1', 'sh', '-c', 'echo $A $PWD'),
      'b /tmp\n',
    );
    assert.equal((await cli.run(['exec', 'service1', 'sh', '-c', 'exit 7'])).code, 7);
    assert.equal((await cli.run(['exec', 'service1', '--', 'sh', '-c', 'exit 8'])).code, 8);
    assert.equal((await cli.run(['exec', 'service1', 'no-such-program'])).code, 127);
    assert.equal((await cli.run(['exec', 'service1', '/etc/passwd'])).code, 126);
    assert.equal((await cli.run(['exec', 'servce1', 'ls'])).code, 125);
  });

  it('copies files out of its containers', async () => {
    await cli.ok('cp', 'front-envoy:/etc/envoy/envoy.yaml', '.');
    const copied = readFileSync(join(cli.home, 'envoy.yaml'), 'utf8');
    assert.match(copied, /stat_prefix: ingress_http/);
    assert.equal(await cli.ok('cp', 'front-envoy:/etc/envoy/envoy.yaml', '-'), copied);
  });

  it('passes its checks', async () => {
    const { code, stdout } = await cli.run(['check']);
    assert.match(stdout, /\d+ passed, 0 failed\n$/);
    assert.equal(code, 0);
  });

  it('shares the load over three replicas, evenly', async () => {
    await cli.ok('scale', 'service1=3');
    const name = 'three replicas share the load evenly';
    const { code, stdout } = await cli.run(['check', name, '--json']);
    assertDocumented('check', JSON.parse(stdout));
    assert.equal(code, 0, stdout);
    const names = (await cli.json<Ps>('ps')).nodes.map((node) => node.name);
    assert.deepEqual(names, ['front-envoy-1', 'service1-1', 'service1-2', 'service1-3', 'service2-1']);
    assert.equal(await cli.ok('exec', '--index', '3', 'service1', 'hostname'), 'service1-3\n');
    assertDocumented('ps', await cli.json('scale', 'service1=1'));
  });

  it('shows stats, logs, a graph, a node and the resolved sandbox', async () => {
    const stats = await cli.ok('stats', 'front-envoy', 'cluster.service1.upstream_rq_200');
    assert.match(stats, /^cluster\.service1\.upstream_rq_200: [1-9]\d*\n$/);
    assertDocumented('stats', await cli.json('stats', 'service1', '--container', 'sidecar'));
    const logs = await cli.ok('logs', 'service1', '--container', 'app', '--tail', '1');
    assert.match(logs, /^service1-1\/app \| GET \S+ 200\n$/);
    for (const line of (await cli.ok('logs', '--json', '--since', '1h')).trimEnd().split('\n')) {
      assertDocumented('logs', JSON.parse(line));
    }
    assert.match(await cli.ok('graph'), /\/service\/2 -> service2 -> service2\/sidecar :8000/);
    assert.match(await cli.ok('graph', '--format', 'mermaid'), /^flowchart LR\n/);
    assertDocumented('graph', await cli.json('graph'));
    assert.match(await cli.ok('inspect', 'service1'), /cluster {2}app \(STATIC\): 127\.0\.0\.1:8080/);
    assertDocumented('inspect', await cli.json('inspect', 'front-envoy', 'service1'));
    assertDocumented('config', await cli.json('config'));
    assertDocumented('doctor', await cli.json('doctor'));
    assertDocumented('ls', await cli.json('ls'));
  });

  it('tells events as they happen', async () => {
    const events = cli.start(['events', '--json']);
    await events.printed(/"service2-1"/);
    await cli.ok('restart', 'service2');
    await events.printed(/"state":"stopped"[\s\S]*"state":"ready"/);
    events.child.kill('SIGINT');
    const { stdout } = await events.ended;
    for (const line of stdout.trimEnd().split('\n')) assertDocumented('events', JSON.parse(line));
  });

  it('stops, starts and pauses nodes', async () => {
    assertDocumented('stop', await cli.json('stop', 'service2'));
    const status = () =>
      cli.ok(
        'curl',
        '-so',
        '/dev/null',
        '-w',
        '%{http_code}',
        '-m',
        '1',
        'http://front-envoy:8080/service/2',
      );
    assert.equal(await status(), '503');
    assert.match(await cli.ok('ps'), /service2-1 +app +hello +stopped/);
    assert.equal(await cli.ok('start', 'service2'), 'service2-1 started\n');
    await cli.ok('pause', 'service1');
    assert.match(await cli.ok('ps'), /service1-1 +app +hello +paused/);
    await cli.ok('unpause', 'service1');
    assert.match(await cli.ok('curl', '-s', 'http://front-envoy:8080/service/1'), /\(service 1\)!/);
  });

  it('is gone after down, and nothing of it is left', async () => {
    assert.equal(await cli.ok('down'), 'front-proxy is down\n');
    await cli.assertClean();
    assert.match((await cli.run(['ps'])).stderr, /no lab is running/);
  });
});

function request(url: string): Promise<{ status: number; headers: Record<string, unknown>; body: string }> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    }).on('error', reject);
  });
}
