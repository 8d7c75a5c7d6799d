import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { after, afterEach, describe, it } from 'node:test';
import { CommandLine } from './command-line.ts';

const cli = new CommandLine();
after(() => cli[Symbol.asyncDispose]());
// Whatever went wrong, it must leave nothing.
afterEach(() => cli.assertClean());

/** A sandbox of one node with one container. */
const plain = (name: string, container: string, more = '') =>
  cli.sandbox(name, {
    'sandbox.yaml': `name: ${name}\nnodes:\n  web:\n    containers:\n      app: ${container}\n${more}`,
  });

const sleeper = '{ command: [sleep, "1000"] }';

describe('bad input', () => {
  it('a sandbox that does not exist', async () => {
    const { code, stderr } = await cli.run(['up', 'front-prxy']);
    assert.equal(code, 1);
    assert.match(stderr, /front-prxy/);
    assert.match(stderr, /did you mean "front-proxy"\?/);
  });

  it('a sandbox of broken YAML', async () => {
    const folder = cli.sandbox('broken', { 'sandbox.yaml': 'name: broken\nnodes: [\n' });
    const { code, stderr } = await cli.run(['up', folder]);
    assert.equal(code, 2);
    assert.match(stderr, /sandbox\.yaml:\d+:\d+: /);
  });

  it('a sandbox with an unknown key', async () => {
    const folder = plain('unknown-key', '{ comand: [sleep, "1"] }');
    const { code, stderr } = await cli.run(['up', folder]);
    assert.equal(code, 2);
    assert.match(stderr, /sandbox\.yaml:5:\d+: .*comand/);
    assert.match(stderr, /did you mean "command"/);
  });

  it('an Envoy config with three errors: all of them are told', async () => {
    const config = `static_resources:
  listeners:
    - name: http
      address: { socket_address: { address: 127.0.0.1, port: 80 } }
  clusters:
    - name: web
      type: STRICT_DSN
      connect_timeout: soon
`;
    const folder = cli.sandbox('three-errors', {
      'sandbox.yaml': 'name: three-errors\nnodes:\n  web: { envoy: envoy.yaml }\n',
      'envoy.yaml': config,
    });
    const { code, stderr } = await cli.run(['up', folder]);
    assert.equal(code, 2);
    assert.match(stderr, /envoy\.yaml:4:\d+: .*port.*did you mean "port_value"/);
    assert.match(stderr, /envoy\.yaml:7:\d+: .*STRICT_DSN.*STRICT_DNS/);
    assert.match(stderr, /envoy\.yaml:8:\d+: .*soon/);
  });

  it('an app that exits at once', async () => {
    const folder = plain('exits', '{ command: [sh, -c, "echo cannot bind >&2; exit 3"] }');
    const { code, stderr } = await cli.run(['up', folder]);
    assert.equal(code, 3);
    assert.match(stderr, /web-1\/app exited with 3/);
    assert.match(stderr, /web-1\/app \| cannot bind/);
    assert.match(stderr, /nothing of lab exits is left[\s\S]*hint: .*--keep/);
  });

  it('an app that never gets ready', async () => {
    const folder = plain('never', '{ command: [sleep, "1000"], ready: { tcp: 8080 } }');
    const { code, stderr } = await cli.run(['up', folder, '--timeout', '900ms']);
    assert.equal(code, 3);
    assert.match(stderr, /web-1\/app is not ready after 0\.9 s; ready means: port 8080 accepts connections/);
    assert.match(stderr, /--timeout/);
  });

  it('a program that does not exist', async () => {
    const folder = plain('no-program', '{ command: [no-such-program] }');
    const { code, stderr } = await cli.run(['up', folder]);
    assert.equal(code, 3);
    assert.match(stderr, /no-such-program/);
  });

  it('--keep leaves a failed lab, and down takes it away', async () => {
    const folder = plain('kept', '{ command: [sh, -c, "echo why; exit 3"] }');
    const { code, stderr } = await cli.run(['up', folder, '--keep']);
    assert.equal(code, 3);
    assert.match(stderr, /hint: everything is left as it is[\s\S]*envoy-lab down kept/);
    assert.doesNotMatch(stderr, /--keep/);
    assert.match(await cli.ok('ps'), /exited \(3\)/);
    assert.match(await cli.ok('logs'), /web-1\/app \| why/);
    assert.equal(await cli.ok('down', '-q'), '');
  });

  it("a lab whose sandbox's folder is gone still answers and ends; only its checks are gone", async () => {
    const folder = plain('moved', '{ command: [sleep, "1000"] }');
    await cli.ok('up', folder);
    rmSync(folder, { recursive: true });
    const { code, stderr } = await cli.run(['check']);
    assert.equal(code, 2);
    assert.match(
      stderr,
      /lab moved was started from .*moved, which is no sandbox any more\nhint: .*envoy-lab down moved/,
    );
    assert.match(await cli.ok('ps'), /web-1/);
    assert.equal(await cli.ok('down'), 'moved is down\n');
  });

  it('a pinned port that is taken names its holder; one that is not pinned is replaced', async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
    });
    try {
      const folder = plain('taken', sleeper, `    publish: { http: ${port} }\n`);
      const pinned = await cli.run(['up', folder, '--publish', `web:http=${port}`]);
      assert.equal(pinned.code, 3);
      assert.match(pinned.stderr, new RegExp(`${port}.*(${process.pid}|node)`));
      const moved = await cli.run(['up', folder]);
      assert.equal(moved.code, 0);
      assert.match(
        moved.stdout,
        new RegExp(`http://127\\.0\\.0\\.1:(?!${port})\\d+ {2}\\(${port} is taken\\)`),
      );
      await cli.ok('down');
    } finally {
      server.close();
    }
  });

  it('nodes, containers, ports, checks and labs that do not exist', async () => {
    await cli.ok('up', plain('names', sleeper, '    publish: { http: 8080 }\n'), '--name', 'one');
    const wrong: readonly [string, RegExp, RegExp][] = [
      ['inspect wbe', /lab one has no node "wbe"/, /did you mean "web"/],
      ['exec --container ap web ls', /web-1 has no container "ap"/, /did you mean "app"/],
      ['logs --container ap', /there is no container "ap"/, /did you mean "app"/],
      ['port web htp', /web-1 does not publish port htp/, /did you mean "http"/],
      ['exec --index 2 web ls', /web has no replica 2/, /its replicas: 1/],
      ['stats web', /node web-1 has no proxy/, /^/],
      ['check nosuch', /no check "nosuch"/, /^/],
      ['ps --lab oen', /no lab "oen" is running/, /did you mean "one"/],
      ['scale wbe=2', /has no node "wbe"/, /did you mean "web"/],
      ['down oen', /no lab "oen" is running/, /did you mean "one"/],
    ];
    for (const [line, message, hint] of wrong) {
      const { code, stderr } = await cli.run(line.split(' '));
      assert.equal(code, line.startsWith('exec') ? 125 : 1, line);
      assert.match(stderr, message);
      assert.match(stderr, hint);
    }
    await cli.ok('down');
  });

  it('several labs: --lab picks, and none is taken by chance', async () => {
    const folder = plain('several', sleeper);
    await Promise.all([cli.ok('up', folder, '--name', 'a'), cli.ok('up', folder, '--name', 'b')]);
    const { code, stderr } = await cli.run(['ps']);
    assert.equal(code, 1);
    assert.match(stderr, /2 labs are running: a, b[\s\S]*--lab a/);
    assert.match((await cli.run(['down'])).stderr, /2 labs are running/);
    assert.match(await cli.ok('ps', '--lab', 'b'), /web-1/);
    const other = plain('another', sleeper);
    const taken = await cli.run(['up', other, '--name', 'a']);
    assert.equal(taken.code, 1);
    assert.match(taken.stderr, /a lab "a" already runs, from .*several[\s\S]*--name/);
    assert.deepEqual((await cli.ok('down', '--all')).split('\n').sort(), ['', 'a is down', 'b is down']);
  });

  it('down works with the state file and the sandbox gone', async () => {
    const folder = plain('gone', sleeper);
    await cli.ok('up', folder);
    rmSync(`${cli.stateHome}/envoy-lab/gone.json`);
    rmSync(folder, { recursive: true });
    assert.match(await cli.ok('ps'), /web-1/);
    await cli.ok('scale', 'web=2');
    assert.equal(await cli.ok('down'), 'gone is down\n');
  });

  it('an engine or a runtime that is not there', async () => {
    const runtime = await cli.run(['up', 'front-proxy', '--runtime', 'docker-compose']);
    assert.equal(runtime.code, 1);
    assert.match(runtime.stderr, /no runtime "docker-compose"; there is process/);
    const engine = await cli.run(['up', 'front-proxy', '--engine', 'envoi']);
    assert.equal(engine.code, 1);
    assert.match(engine.stderr, /no engine "envoi"; there are ts and envoy/);
    const missing = await cli.run(['up', 'front-proxy', '--engine', 'envoy'], {
      ENVOY_PATH: '/nowhere/envoy',
    });
    assert.equal(missing.code, 3);
    assert.match(missing.stderr, /ENVOY_PATH is \/nowhere\/envoy[\s\S]*unset ENVOY_PATH/);
  });
});
