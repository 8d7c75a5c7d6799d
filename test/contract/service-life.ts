import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { Lab } from 'envoy-lab';
import { Household } from '../e2e/household.ts';
import { enginesUnderTest, type Place } from '../e2e/places.ts';

const sandbox = (aliases: readonly string[]) => `
name: serve
nodes:
  pod:
    replicas: 3
    containers:
      app: { image: http-app }
      sidecar: { envoy: sidecar.yaml }
  client: { image: http-app }
services:
  web: { nodes: pod, ports: { http: 8090:80 }, publish: { http: 8090 }, aliases: [${aliases.join(', ')}] }
`;
const sidecar = readFileSync(new URL('../../sandboxes/svc/sidecar.yaml', import.meta.url), 'utf8');

/** Who answers a request to the service. */
async function host(lab: Lab): Promise<string> {
  const answer = await lab.curl('http://web:8090/');
  assert.equal(answer.status, 200, `${answer.command}: ${answer.status} ${answer.stderr}`);
  return (JSON.parse(answer.body) as { host: string }).host;
}

/** What differs between balancers, and between what may be a name. */
export interface ServiceLifeOptions {
  /** Replicas take turns; else each connection goes to any of them. */
  readonly evenly: boolean;
  readonly aliases: readonly string[];
}

/** Podman 4.3 starts its name server anew whenever a container leaves, and it may be silent for 40 s then. */
const patience = { timeoutMs: 60_000 };

/** One life of a service with every engine: a stable name before replicas that come, go and die. */
export function serviceLife(place: Place, { evenly, aliases }: ServiceLifeOptions): void {
  for (const engine of enginesUnderTest()) {
    const skip = place.skip || engine.skip;
    describe(`one life of a service on ${place.name} with engine ${engine.name}`, { skip }, () => {
      /** Fails when not just these replicas answer. */
      const answers = async (lab: Lab, names: readonly string[]) => {
        if (evenly) {
          const hosts: string[] = [];
          for (let request = 0; request < 4 * names.length; request++) hosts.push(await host(lab));
          const fair = names.flatMap((name) => Array.from({ length: 4 }, () => name));
          assert.deepEqual(hosts.sort(), fair.sort());
          return;
        }
        // As often as it takes that one of three is left out by chance once in 10^8 times.
        const hosts = new Set<string>();
        for (let request = 0; request < 50 && (request < 20 || hosts.size < names.length); request += 10) {
          const some = await Promise.all(Array.from({ length: 10 }, () => host(lab)));
          for (const name of some) hosts.add(name);
        }
        assert.deepEqual([...hosts].sort(), names);
      };

      it('goes from up to down and leaves nothing', async () => {
        await using house = new Household({ ...place.env, ...engine.env });
        const folder = house.sandbox('serve', { 'sandbox.yaml': sandbox(aliases), 'sidecar.yaml': sidecar });
        const name = `serve-${house.word}`;
        const options = { runtime: place.runtime, engine: engine.name, name };
        const lab = await house.up(folder, options);
        await lab.settled(patience);
        assert.deepEqual(
          (await lab.ps()).nodes.map((node) => node.name),
          ['pod-1', 'pod-2', 'pod-3', 'client-1', 'web-1'],
        );

        // By its name, published, from a neighbour and by another name.
        await answers(lab, ['pod-1', 'pod-2', 'pod-3']);
        const page = await fetch(`${await lab.url('web', 'http')}/healthz`);
        assert.equal(page.status, 200);
        for (const called of ['web', ...aliases]) {
          // In a cluster its machines learn of a service some time after its pods are ready.
          const deadline = Date.now() + (evenly ? 0 : 30_000);
          let answer = await lab.curl(`http://${called}:8090/healthz`, { from: 'client' });
          while (answer.status !== 200 && Date.now() < deadline) {
            answer = await lab.curl(`http://${called}:8090/healthz`, { from: 'client' });
          }
          assert.equal(answer.status, 200, answer.stderr);
        }

        // While requests go on, one replica is killed: those that come afterwards do not notice.
        await lab.kill('pod-2');
        await answers(lab, ['pod-1', 'pod-3']);
        await lab.start('pod-2');
        await lab.settled(patience);
        await answers(lab, ['pod-1', 'pod-2', 'pod-3']);

        await lab.scale({ pod: 4 });
        await lab.settled(patience);
        await answers(lab, ['pod-1', 'pod-2', 'pod-3', 'pod-4']);
        await lab.scale({ pod: 1 });
        await lab.settled(patience);
        await answers(lab, ['pod-1']);
        await assert.rejects(lab.scale({ web: 2 }), {
          code: 'usage',
          message: 'web is a service, which is not scaled',
        });

        // A service without a ready replica refuses connections, until there is one again. In a cluster that is up to the
        // rules of its machines: none of the lab answers.
        await lab.stop('pod');
        const refused = await lab.curl('http://web:8090/', { from: 'client' });
        if (evenly) assert.notEqual(refused.exitCode, 0, `${refused.status} ${refused.body}`);
        else assert.notEqual(refused.status, 200, refused.body);
        await lab.start('pod');
        await lab.settled(patience);
        assert.equal(await host(lab), 'pod-1');

        const again = await house.up(folder, options);
        await again.settled(patience);
        await answers(again, ['pod-1', 'pod-2', 'pod-3']);
        await lab.down();
        await house.assertClean();
      });
    });
  }
}
