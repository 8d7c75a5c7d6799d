import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { UpOptions } from 'envoy-lab';
import { Household } from './household.ts';
import { enginesUnderTest, type Place } from './places.ts';

export const builtIn = readdirSync(fileURLToPath(new URL('../../sandboxes', import.meta.url)), {
  withFileTypes: true,
})
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** Each of the sandboxes, all that are built in when none are named, with every engine: its checks, and that it leaves nothing. */
export function sandboxChecks(place: Place, sandboxes: readonly string[] = builtIn): void {
  for (const engine of enginesUnderTest()) {
    describe(`sandboxes on ${place.name} with engine ${engine.name}`, {
      skip: place.skip || engine.skip,
    }, () => {
      for (const sandbox of sandboxes) {
        it(`${sandbox} passes its checks and leaves nothing`, async () => {
          await using house = new Household({ ...place.env, ...engine.env });
          const name = `${sandbox}-${house.word}`;
          const lab = await house.up(sandbox, { runtime: place.runtime, engine: engine.name, name });
          const { nodes } = await lab.ps();
          const engines = nodes.flatMap(({ containers }) => containers.map((each) => each.engine));
          assert.deepEqual([...new Set(engines.filter((name) => name !== undefined))], [engine.name]);
          const results = await lab.check();
          assert.ok(results.length > 0);
          assert.deepEqual(
            results.filter(({ ok }) => !ok),
            [],
          );
          await lab.down();
          await house.assertClean();
        });
      }
    });
  }
}

/** What `up` does for sandboxes that ask for jobs, an order and certificates. */
export function sandboxRequests(place: Place): void {
  describe(`what a sandbox asks for, on ${place.name}`, { skip: place.skip }, () => {
    const house = new Household(place.env);
    after(() => house[Symbol.asyncDispose]());
    /** Starts a sandbox, or changes it; what was done, as events tell it. */
    const upTo = async (folder: string, name: string) => {
      const told: string[] = [];
      const onEvent: UpOptions['onEvent'] = (event) => {
        if (event.kind === 'step' && event.state === 'done') told.push(...event.text.split('\n'));
        if (event.kind === 'container') told.push(`${event.container} is ${event.state}`);
      };
      const lab = await house.up(folder, { name, runtime: place.runtime, onEvent });
      return { lab, told };
    };

    it('starts jobs and what depends on them in order, and a second up runs no job again', async () => {
      const folder = house.sandbox('jobs', {
        'sandbox.yaml': `name: jobs
nodes:
  db:
    containers:
      store: { command: [sh, -c, "sleep 0.2; echo up; exec sleep 1000"], ready: { log: up } }
  api:
    containers:
      migrate: { command: [sh, -c, "echo migrated > /tmp/done"], once: true, depends_on: { db: ready } }
      app: { command: [sh, -c, "echo starts; exec sleep 1000"], depends_on: { migrate: done } }
`,
      });
      const { lab, told } = await upTo(folder, `${house.word}-jobs`);
      const order = ['db-1/store is ready', 'api-1/migrate is ready', 'api-1/app is ready'];
      const positions = order.map((line) => told.indexOf(line));
      assert.ok(
        positions.every((position, index) => position > (positions[index - 1] ?? -1)),
        told.join('\n'),
      );
      assert.deepEqual((await upTo(folder, lab.name)).told, []);
      await lab.down();
      await house.assertClean();
    });

    it('mints certificates once, and keeps them when something else changes', async () => {
      const yaml = (env: string) => `name: certs
certs:
  web: { names: [web, localhost], mount: { web: /certs, client: /certs } }
nodes:
  web: { command: [sleep, "1000"], env: { A: "${env}" } }
  client: { command: [sleep, "1000"] }
`;
      const folder = house.sandbox('certs', { 'sandbox.yaml': yaml('1') });
      const { lab } = await upTo(folder, `${house.word}-certs`);
      const read = async (node: string) =>
        Buffer.from(await lab.readFile(node, '/certs/cert.pem')).toString();
      const cert = await read('web');
      assert.match(cert, /^-----BEGIN CERTIFICATE-----/);
      assert.equal((await lab.exec('web', ['sh', '-c', 'echo $A'])).stdout, '1\n');
      house.sandbox('certs', { 'sandbox.yaml': yaml('2') });
      const { told } = await upTo(folder, lab.name);
      assert.ok(told.includes('update web-1') && !told.includes('update client-1'), told.join('\n'));
      assert.equal((await lab.exec('web', ['sh', '-c', 'echo $A'])).stdout, '2\n');
      assert.equal(await read('web'), cert);
      await lab.scale({ web: 2 });
      assert.equal(await read('web-2'), cert);
      await lab.down();
      await house.assertClean();
    });
  });
}
