import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { RunningLab } from '../../../src/runtime/runtime.ts';
import { identity } from '../identity.ts';
import { container, httpServer, idle, node } from '../specs.ts';
import type { Subject } from '../subject.ts';
import { run, startAll } from '../talk.ts';

const LOOKUP = `
require('node:dns').lookup(process.argv[1], { all: true, family: 4 }, (error, found) =>
  console.log(error ? error.code : [...new Set(found.map(({ address }) => address))].sort().join(' ')));`;
const FETCH = `
require('node:http').get(process.argv[1], (response) => response.pipe(process.stdout))
  .on('error', (error) => console.log(error.code));`;

/** Names, addresses and networks. */
export function nameCases(subject: Subject): void {
  describe('names and networks', () => {
    let lab: RunningLab;
    const resolve = async (from: string, name: string) =>
      (await run(lab, from, [subject.node, '-e', LOOKUP, name])).stdout.trim();
    const fetch = async (from: string, url: string) =>
      (await run(lab, from, [subject.node, '-e', FETCH, url])).stdout.trim();
    const address = async (name: string, network = 'default') =>
      (await lab.observe()).nodes.find(({ spec }) => spec.name === name)!.addresses[network]!;

    before(async () => {
      lab = await subject.runtime.create(identity('names', ['default', 'back']));
      const server = () => httpServer(subject.node, 'app', 8080);
      const nodes = [
        node('web', [server()], { index: 1, aliases: ['site', 'www.example.test'] }),
        node('web', [server()], { index: 2, aliases: ['site', 'www.example.test'] }),
        node('client', [container('app', idle)]),
        node('hidden', [server()], { networks: ['back'] }),
        node('both', [server()], { networks: ['default', 'back'] }),
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
      assert.equal(await resolve('client-1', 'www.example.test'), all);
      if (subject.ownPorts) assert.equal(await resolve('client-1', 'localhost'), '127.0.0.1');
    });

    it('says quickly that a name is unknown', async () => {
      const begun = Date.now();
      assert.match(await resolve('client-1', 'no-such-node'), /^ENOTFOUND|EAI_AGAIN$/);
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

    it('keeps networks apart', async () => {
      assert.match(await resolve('client-1', 'hidden'), /^ENOTFOUND|EAI_AGAIN$/);
      assert.equal(await resolve('both-1', 'hidden'), await address('hidden-1', 'back'));
      assert.match(await fetch('both-1', 'http://hidden:8080/'), /^hello hidden-1/);
      assert.match(await fetch('hidden-1', 'http://both:8080/'), /^hello both-1/);
      if (!subject.isolates) return;
      assert.match(await fetch('client-1', `http://${await address('hidden-1', 'back')}:8080/`), /^E/);
      const { stdout } = await run(lab, 'both-1', [
        subject.node,
        '-p',
        'Object.values(require("node:os").networkInterfaces()).flat().filter((i) => !i.internal).map((i) => i.address).sort().join(" ")',
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

    it('leaves a replica out as soon as it is down, and takes a new one in', async () => {
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
