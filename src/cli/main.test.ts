import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fakeIo } from './io.fake.ts';
import { main } from './main.ts';

const root = mkdtempSync(join(tmpdir(), 'envoy-lab-test-'));
after(() => rmSync(root, { recursive: true }));

/** Runs a command line with a state folder of its own: no lab is running. */
async function run(line: string, env: Record<string, string> = {}) {
  const { io, out, err } = fakeIo({ env: { XDG_STATE_HOME: root, ...env }, cwd: root });
  const code = await main(
    line.split(' ').filter((word) => word !== ''),
    io,
  );
  return { code, out: out(), err: err() };
}

describe('the command line', () => {
  it('prints help on stdout', async () => {
    for (const line of ['', '--help', 'help', 'up --help', 'help up']) {
      const { code, out, err } = await run(line);
      assert.deepEqual([code, err], [0, ''], line);
      assert.match(out, /^Usage: envoy-lab /, line);
    }
  });

  it('prints its version', async () => {
    assert.match((await run('--version')).out, /^\d+\.\d+\.\d+/);
  });

  it('says that it was interrupted, whatever fails because of it', async () => {
    const { io, err } = fakeIo({
      env: { XDG_STATE_HOME: root },
      cwd: root,
      signal: AbortSignal.abort('SIGINT'),
    });
    assert.equal(await main(['ps'], io), 130);
    assert.match(err(), /^error: /);
  });

  const wrong: readonly [string, RegExp][] = [
    ['pss', /unknown command 'pss'\nhint: did you mean "ps"\?\nhint: envoy-lab --help lists the commands\n/],
    ['up', /^error: up needs a sandbox, or manifests\nhint: envoy-lab ls lists the sandboxes [^\n]*\n$/],
    [
      'up front-proxy -f x.yaml',
      /^error: up takes a sandbox or manifests, and was given front-proxy beside -f\n/,
    ],
    ['up front-proxy --param-file x', /^error: --param-file goes with -f\n/],
    ['up -f x.yaml --param X', /^error: no such file: x\.yaml\n/],
    ['up a b', /too many arguments/],
    ['ps --jsn', /unknown option '--jsn'\nhint: did you mean "--json"\?/],
    [
      'up front-proxy --timeout soon',
      /option '--timeout <duration>' argument 'soon' is invalid. Such as 60s/,
    ],
    ['logs --tail x', /A whole number from 0 on/],
    ['logs --since yesterday', /Such as 10m/],
    ['open --port http', /A port: 1 to 65535, or 0/],
    ['open --port 65536', /A port: 1 to 65535, or 0/],
    ['open --port -1', /A port: 1 to 65535, or 0/],
    ['open front-proxy', /too many arguments/],
    ['check --reporter xml', /Allowed choices are tty, tap, junit, json/],
    ['graph --format png', /Allowed choices are text, mermaid, dot, svg/],
    ['completion tcsh', /Allowed choices are bash, zsh, fish/],
    ['scale service1', /"service1" is not NODE=REPLICAS/],
    ['up front-proxy --scale x', /"x" is not NODE=REPLICAS/],
    ['up front-proxy --publish x', /"x" is not NODE:PORT=HOSTPORT/],
    ['up front-proxy --name Not_A_Name', /"Not_A_Name" cannot be a lab's name/],
    [
      'up front-proxy --runtime dokcer',
      /no runtime "dokcer"; there is process, docker, kubernetes\nhint: did you mean "docker"\?/,
    ],
    ['up front-prxy', /front-prxy[\s\S]*did you mean "front-proxy"/],
    ['cp front-envoy /tmp', /is not NODE:PATH/],
    ['cp ./x web:/etc/x', /hint: cp copies out .* envoy-lab exec -i web sh -c 'cat > \/etc\/x' < \.\/x/],
    ['ps', /no lab is running[\s\S]*envoy-lab up front-proxy/],
    ['stop service1', /no lab is running/],
    ['ps --lab nosuch', /no lab "nosuch" is running/],
    ['down nosuch', /no lab "nosuch" is running\nhint: no lab is, so there is nothing to do\n/],
  ];
  for (const [line, message] of wrong) {
    it(`refuses "${line}" with exit code 1`, async () => {
      const { code, out, err } = await run(line);
      assert.equal(code, 1, err);
      assert.equal(out, '');
      assert.match(err, message);
      assert.doesNotMatch(err, /\n {4}at /);
    });
  }

  it('has nothing to end when no lab is running', async () => {
    assert.deepEqual(await run('down'), { code: 0, out: '', err: 'no lab is running, nothing to do\n' });
    assert.deepEqual(await run('down --all --quiet'), { code: 0, out: '', err: '' });
    assert.deepEqual(JSON.parse((await run('down --json')).out), { down: [] });
  });

  it('ends with 125 when it is exec or curl that could not do its own part', async () => {
    assert.equal((await run('exec front-envoy ls')).code, 125);
    const nothing = await run('exec front-envoy --');
    assert.equal(nothing.code, 125);
    assert.match(nothing.err, /no command to run behind --\nhint: /);
    assert.equal((await run('curl http://front-envoy/')).code, 125);
    assert.equal((await run('curl')).code, 125);
  });

  it('shows stacks only when asked to', async () => {
    assert.doesNotMatch((await run('ps')).err, /\.ts:\d+/);
    assert.match((await run('ps --debug')).err, /\.ts:\d+/);
    assert.match((await run('ps', { ENVOY_LAB_DEBUG: '1' })).err, /\.ts:\d+/);
  });

  it('lists sandboxes', async () => {
    const { code, out } = await run('ls --json');
    assert.equal(code, 0);
    const names = (JSON.parse(out) as { name: string }[]).map(({ name }) => name);
    assert.ok(names.includes('front-proxy') && names.includes('get-started'));
  });

  it('shows a sandbox resolved, drawn and planned, with nothing running', async () => {
    const config = JSON.parse((await run('config front-proxy --json')).out);
    assert.deepEqual(
      config.nodes.map(({ name }: { name: string }) => name),
      ['front-envoy-1', 'service1-1', 'service2-1'],
    );
    assert.match((await run('config front-proxy')).out, /^identity:\n {2}lab: front-proxy\n/);
    assert.match((await run('graph front-proxy')).out, /\/service\/1 -> service1 -> service1\/sidecar :8000/);
  });
});

it('advises what has to be typed: with npx, when it was started that way', async () => {
  assert.match((await run('ps')).err, /start one: envoy-lab up/);
  assert.match((await run('ps', { npm_lifecycle_event: 'npx' })).err, /start one: npx envoy-lab up/);
  assert.match((await run('up', { npm_lifecycle_event: 'npx' })).err, /hint: npx envoy-lab ls lists/);
});
