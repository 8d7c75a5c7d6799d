import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Lab } from 'envoy-lab';
import { Household } from '../e2e/household.ts';
import { enginesUnderTest, type Place } from '../e2e/places.ts';

const service1 = 'http://front-envoy:8080/service/1';

/** The state of a container, such as `service1-1/app`. */
async function stateOf(lab: Lab, name: string): Promise<string | undefined> {
  const [node, container] = name.split('/');
  const { nodes } = await lab.ps();
  return nodes
    .find((candidate) => candidate.name === node)
    ?.containers.find((candidate) => candidate.name === container)?.state;
}

/** Resolves when a container is in a state, as the lab's events tell it; fails after 20 s. */
async function until(lab: Lab, name: string, state: string): Promise<void> {
  for await (const event of lab.events({ signal: AbortSignal.timeout(20_000) })) {
    if (event.kind === 'container' && `${event.node}/${event.container}` === name && event.state === state)
      return;
  }
  assert.fail(`${name} never was ${state}`);
}

async function bodyOf(lab: Lab, request: string | readonly string[], from?: string): Promise<string> {
  const answer = await lab.curl(request, from === undefined ? {} : { from });
  assert.equal(answer.status, 200, `${answer.command}: ${answer.status} ${answer.stderr}`);
  return answer.body;
}

/** Podman 4.3 starts its name server anew whenever a container leaves, and it may be silent for 40 s then. */
const patience = { timeoutMs: 60_000 };

/** One life of a lab with every engine: what the other suites try piece by piece, in one story. */
export function labLife(place: Place): void {
  for (const engine of enginesUnderTest()) {
    const skip = place.skip || engine.skip;
    describe(`one life of a lab on ${place.name} with engine ${engine.name}`, { skip }, () => {
      it('goes from up to down and leaves nothing', async () => {
        await using house = new Household({ ...place.env, ...engine.env });
        const name = `life-${house.word}`;
        const lab = await house.up('front-proxy', { runtime: place.runtime, engine: engine.name, name });

        const { nodes } = await lab.ps();
        assert.deepEqual(
          nodes.map(({ name }) => name),
          ['front-envoy-1', 'service1-1', 'service2-1'],
        );
        for (const { containers } of nodes) {
          for (const { state, engine: runs } of containers) {
            assert.equal(state, 'ready');
            assert.ok(runs === undefined || runs === engine.name);
          }
        }

        // Published, by its address on the host; then by name, published or not; then from a neighbour.
        const page = await fetch(`${await lab.url('front-envoy', 'http')}/service/1`);
        assert.equal(page.headers.get('server'), 'envoy');
        assert.match(await page.text(), /^Hello from behind Envoy \(service 1\)!/);
        assert.match(await bodyOf(lab, 'http://service2:8000/service/2'), /\(service 2\)/);
        assert.match(await bodyOf(lab, 'http://service2:8000/service/2', 'service1'), /\(service 2\)/);

        const said = await lab.exec('service1', ['sh', '-c', 'cat; echo $GREETING >&2; exit 3'], {
          stdin: 'in\n',
          env: { GREETING: 'hi' },
        });
        assert.deepEqual([said.exitCode, said.stdout, said.stderr], [3, 'in\n', 'hi\n']);
        const config = await lab.readFile('service1', '/etc/envoy/envoy.yaml', { container: 'sidecar' });
        assert.match(Buffer.from(config).toString(), /static_resources/);
        const printed: string[] = [];
        for await (const { text } of lab.logs('service1', { container: 'app' })) printed.push(text);
        assert.match(printed.join('\n'), /service 1 listens on/);
        assert.equal((await lab.stats('front-envoy', /^http\.ingress_http\.downstream_rq_2xx$/)).size, 1);

        await lab.scale({ service1: 3 });
        await lab.settled(patience);
        const hosts = new Map<string, number>();
        for (let request = 0; request < 30; request++) {
          const host = /hostname (\S+)/.exec(await bodyOf(lab, service1))?.[1] ?? '';
          hosts.set(host, (hosts.get(host) ?? 0) + 1);
        }
        assert.deepEqual(Object.fromEntries(hosts), { 'service1-1': 10, 'service1-2': 10, 'service1-3': 10 });
        await lab.scale({ service1: 1 });

        // A container's death is told, and hurts no other of its node.
        await lab.kill('service2', { container: 'app' });
        await until(lab, 'service2-1/app', 'exited');
        assert.equal(await stateOf(lab, 'service2-1/sidecar'), 'ready');
        assert.equal((await lab.curl('http://service2:8000/service/2')).status, 503);
        await lab.start('service2');
        await until(lab, 'service2-1/app', 'ready');
        assert.match(await bodyOf(lab, 'http://service2:8000/service/2'), /\(service 2\)/);

        await lab.stop('service1');
        assert.equal(await stateOf(lab, 'service1-1/app'), 'stopped');
        assert.equal((await lab.curl(service1)).status, 503);
        await lab.start('service1');
        await lab.settled(patience);
        assert.match(await bodyOf(lab, service1), /\(service 1\)/);

        await lab.down();
        await house.assertClean();
      });
    });
  }
}
