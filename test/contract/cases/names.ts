import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { RunningLab } from '../../../src/runtime/runtime.ts';
import { identity } from '../identity.ts';
import { container, httpServer, idle, node } from '../specs.ts';
import { type Subject, without } from '../subject.ts';
import { run, startAll } from '../talk.ts';

const LOOKUP = `
require('node:dns').lookup(process.argv[1], { all: true, family: 4 }, (error, found) =>
  console.log(error ? error.code : [...new Set(found.map(({ address }) => address))].sort().join(' ')));`;
const FETCH = `
require('node:http').get(process.argv[1], { timeout: 2000 }, (response) => response.pipe(process.stdout))
  .on('timeout', function () { this.destroy(Object.assign(new Error(), { code: 'ETIMEDOUT' })); })
  .on('error', (error) => console.log(error.code));`;

/** Names, addresses and networks. */
export function nameCases(subject: Subject): void {
  describe('names and networks', () => {
    let lab: RunningLab;
    const ask = async (from: string, name: string) =>
      (await run(lab, from, [subject.node, '-e', LOOKUP, name])).stdout.trim();
    /** A name server that does not answer is asked again: Podman's starts anew whenever a container comes or goes. */
    const resolve = async (from: string, name: string) => {
      const deadline = Date.now() + 90_000;
      for (;;) {
        const answer = await ask(from, name);
        if (answer !== 'EAI_AGAIN' || Date.now() > deadline) return answer;
      }
    };
    const fetch = async (from: string, url: string) =>
      (await run(lab, from, [subject.node, '-e', FETCH, url])).stdout.trim();
    const address = async (name: string, network = 'default') =>
      (await lab.observe()).nodes.find(({ spec }) => spec.name === name)!.addresses[network]!;

    before(async () => {
      lab = await subject.runtime.create(identity('names', ['default', 'back']));
      const server = () => httpServer(subject.node, 'app', 8080);
      const aliases = without(subject, 'dotted-names') ? ['site'] : ['site', 'www.example.test'];
      const nodes = [
        node('web', [server()], { index: 1, aliases }),
        node('web', [server()], { index: 2, aliases }),
        node('client', [container('app', idle)]),
        node('hidden', [server()], { networks: ['back'] }),
        node('both', [server()], { networks: ['default', 'back'] }),
        node('own', [container('app', idle), container('side', idle)], {
          hosts: { 'db.example.test': '192.0.2.7', hidden: '192.0.2.8' },
        }),
      ];
      await lab.create(nodes);
      await startAll(lab, nodes);
    });
    after(async () => {
      await lab.remove();
      await subject.assertNothingLeft();
    });

    it('leads from the name of a node to all replicas, from a numbered name to one', async () => {
      const [one, two] = [await address('web-1'), await address('web-2')];
      assert.notEqual(one, two);
      assert.equal(await resolve('client-1', 'web'), [one, two].sort().join(' '));
      assert.equal(await resolve('client-1', 'web-2'), two);
      assert.equal(await resolve('client-1', 'WEB-1'), one);
    });

    it('knows aliases and localhost', async () => {
      const all = [await address('web-1'), await address('web-2')].sort().join(' ');
      assert.equal(await resolve('client-1', 'site'), all);
      if (!without(subject, 'dotted-names')) {
        assert.equal(await resolve('client-1', 'www.example.test'), all);
      }
      if (subject.ownPorts) assert.equal(await resolve('client-1', 'localhost'), '127.0.0.1');
    });

    it('gives a node names of its own, in all its containers', async () => {
      const told = async (node: string, container: string, name: string) =>
        (await run(lab, node, [subject.node, '-e', LOOKUP, name], { container })).stdout.trim();
      for (const container of ['app', 'side']) {
        assert.equal(await told('own-1', container, 'db.example.test'), '192.0.2.7');
        assert.equal(await told('own-1', container, 'hidden'), '192.0.2.8');
      }
      assert.match(await ask('client-1', 'db.example.test'), /^ENOTFOUND|EAI_AGAIN$/);
    });

    it('says quickly that a name is unknown', async () => {
      const begun = Date.now();
      assert.match(await ask('client-1', 'no-such-node'), /^ENOTFOUND|EAI_AGAIN$/);
      assert.ok(Date.now() - begun < 2000);
    });

    it('connects nodes by name; each sees the other by its own address', async () => {
      const answer = await fetch('client-1', 'http://web-2:8080/');
      assert.match(answer, /^hello web-2 /);
      if (subject.isolates)
        assert.equal(answer.replace('::ffff:', ''), `hello web-2 ${await address('client-1')}`);
    });

    it('gives each node a localhost of its own', async () => {
      assert.match(await fetch('web-1', 'http://localhost:8080/'), /^hello web-1/);
      assert.match(await fetch('web-2', 'http://127.0.0.1:8080/'), /^hello web-2/);
      assert.equal(await fetch('client-1', 'http://localhost:8080/'), 'ECONNREFUSED');
    });

    it('reaches a node by its address', async () => {
      assert.match(await fetch('client-1', `http://${await address('web-1')}:8080/`), /^hello web-1/);
    });

    it('keeps networks apart', { skip: without(subject, 'networks') }, async () => {
      assert.match(await ask('client-1', 'hidden'), /^ENOTFOUND|EAI_AGAIN$/);
      assert.equal(await resolve('both-1', 'hidden'), await address('hidden-1', 'back'));
      assert.match(await fetch('both-1', 'http://hidden:8080/'), /^hello hidden-1/);
      assert.match(await fetch('hidden-1', 'http://both:8080/'), /^hello both-1/);
      if (!subject.isolates) return;
      const hidden = `http://${await address('hidden-1', 'back')}:8080/`;
      let reached = await fetch('client-1', hidden);
      for (let index = 1; subject.losesIsolation && index <= 5 && !reached.startsWith('E'); index++) {
        const spec = node('fresh', [container('app', idle)], { index });
        await lab.create([spec]);
        await startAll(lab, [spec]);
        reached = await fetch('client-1', hidden);
      }
      assert.match(reached, /^E/);
      const { stdout } = await run(lab, 'both-1', [
        subject.node,
        '-p',
        'Object.values(require("node:os").networkInterfaces()).flat().filter((i) => !i.internal && !i.address.startsWith(\'fe80:\')).map((i) => i.address).sort().join(" ")',
      ]);
      const own = [await address('both-1'), await address('both-1', 'back')].sort().join(' ');
      assert.equal(stdout.trim(), own);
    });

    it('has the node as its host name', async () => {
      const { stdout } = await run(lab, 'web-2', [subject.node, '-p', 'require("node:os").hostname()']);
      assert.equal(stdout.trim(), 'web-2');
    });

    it('lets a privileged port be opened', { skip: !subject.ownPorts }, async () => {
      const spec = node('low', [httpServer(subject.node, 'app', 80)]);
      await lab.create([spec]);
      await startAll(lab, [spec]);
      assert.match(await fetch('client-1', 'http://low/'), /^hello low-1/);
    });

    const follows = { skip: !subject.namesFollowAtOnce };
    it('leaves a replica out as soon as it is down, and takes a new one in', follows, async () => {
      await lab.stop('web-1');
      assert.equal(await resolve('client-1', 'web'), await address('web-2'));
      const third = node('web', [httpServer(subject.node, 'app', 8080)], { index: 3 });
      await lab.create([third]);
      const expected = [await address('web-2'), await address('web-3')].sort().join(' ');
      assert.equal(await resolve('client-1', 'web'), expected);
      await lab.start('web-1');
      await lab.remove(['web-3']);
      assert.equal(
        await resolve('client-1', 'web'),
        [await address('web-1'), await address('web-2')].sort().join(' '),
      );
      await lab.kill('web-1', undefined, 'SIGKILL');
      assert.equal(await resolve('client-1', 'web'), await address('web-2'));
    });

    it('refuses a network the lab does not have', async () => {
      await assert.rejects(lab.create([node('lost', [], { networks: ['nowhere'] })]), { message: /nowhere/ });
    });
  });
}
