import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { after, before, describe, it } from 'node:test';
import type { PublishSpec } from '../../../src/runtime/node-spec.ts';
import type { ObservedPort, RunningLab } from '../../../src/runtime/runtime.ts';
import { identity } from '../identity.ts';
import { container, httpServer, idle, node, script } from '../specs.ts';
import { type Subject, without } from '../subject.ts';
import { get, startAll, text } from '../talk.ts';

/** Sends back what it gets, and ends when the client has ended: half-open connections matter. */
const ECHO = `
require('node:net').createServer({ allowHalfOpen: true }, (socket) => {
  const parts = [];
  socket.on('data', (chunk) => parts.push(chunk));
  socket.on('end', () => socket.end(Buffer.concat(parts)));
}).listen(7000);`;
/** Sends back what it gets as it comes. */
const PIPE = "require('node:net').createServer((socket) => socket.pipe(socket)).listen(7001);";
const UDP_ECHO = `
const socket = require('node:dgram').createSocket('udp4');
socket.on('message', (message, from) => socket.send('echo ' + message, from.port, from.address));
socket.bind(5353, () => console.log('bound'));`;

const tcp = (port: number, hostPort = 0, pinned = false): PublishSpec => ({
  name: `p${port}`,
  port,
  protocol: 'tcp',
  hostPort,
  pinned,
});

const udp = (port: number): PublishSpec => ({
  name: 'dns',
  port,
  protocol: 'udp',
  hostPort: 0,
  pinned: false,
});

/** Ports of nodes as the host sees them. */
export function portCases(subject: Subject): void {
  describe('ports', () => {
    let lab: RunningLab;
    let blocker: Server;
    let taken: number;
    const published = async (name: string): Promise<readonly ObservedPort[]> =>
      (await lab.observe()).nodes.find(({ spec }) => spec.name === name)!.published;

    before(async () => {
      lab = await subject.runtime.create(identity('ports'));
      blocker = createServer().listen(0, '127.0.0.1');
      await once(blocker, 'listening');
      taken = (blocker.address() as { port: number }).port;
      const spec = node(
        'web',
        [
          httpServer(subject.node, 'app', 8080),
          httpServer(subject.node, 'local', 9000, {
            host: '127.0.0.1',
            text: 'local',
            ...(without(subject, 'loopback-probes') && { ready: { kind: 'started' } as const }),
          }),
          script(subject.node, 'echo', ECHO, { ready: { kind: 'tcp', port: 7000 } }),
          script(subject.node, 'pipe', PIPE, { ready: { kind: 'tcp', port: 7001 } }),
          script(subject.node, 'udp', UDP_ECHO, { ready: { kind: 'log', pattern: 'bound' } }),
        ],
        {
          publish: [
            tcp(8080, taken),
            tcp(7000),
            tcp(9000),
            ...(without(subject, 'udp') ? [] : [udp(5353)]),
            tcp(7001),
          ],
        },
      );
      await lab.create([spec]);
      await startAll(lab, [spec]);
    });
    after(async () => {
      blocker.close();
      await lab.remove();
      await subject.assertNothingLeft();
    });

    it('takes another port than a taken one, and leads to the node', async () => {
      const [http] = await published('web-1');
      assert.deepEqual(
        { ...http, hostPort: 0 },
        { name: 'p8080', port: 8080, protocol: 'tcp', hostPort: 0, moved: 'taken' },
      );
      assert.notEqual(http!.hostPort, taken);
      assert.match(await get(http!.hostPort), /^hello web-1/);
    });

    it('publishes a port that is open on the loopback of the node only', {
      skip: !subject.publishesLoopback && 'the engine forwards to the address of the node',
    }, async () => {
      assert.match(await get((await published('web-1'))[2]!.hostPort), /^local web-1/);
    });

    it('takes the asked number when it is free', async () => {
      const probe = createServer().listen(0, '127.0.0.1');
      await once(probe, 'listening');
      const { port } = probe.address() as { port: number };
      await new Promise((resolve) => probe.close(resolve));
      await lab.create([node('free', [container('app', idle)], { publish: [tcp(8080, port)] })]);
      assert.equal((await published('free-1'))[0]!.hostPort, port);
      await lab.remove(['free-1']);
    });

    it('names who holds a pinned port, and makes nothing then', async () => {
      const spec = node('pinned', [container('app', idle)], {
        publish: [tcp(8080, 0), tcp(8081, taken, true)],
      });
      const message = new RegExp(`port ${taken}.* is taken by process ${process.pid} \\(.*node`);
      // Another user's processes cannot be looked into.
      const masked = new RegExp(`port ${taken}.* is taken by`);
      await assert.rejects(lab.create([spec]), {
        code: 'runtime',
        message: subject.name.includes('unprivileged') ? masked : message,
      });
      assert.equal((await lab.observe()).nodes.length, 1);
    });

    it('refuses while the node is down and works again after', async () => {
      const { hostPort } = (await published('web-1'))[0]!;
      await lab.stop('web-1', ['app']);
      await assert.rejects(get(hostPort));
      await lab.start('web-1', ['app']);
      const deadline = Date.now() + 5000;
      let answer = '';
      while (answer === '' && Date.now() < deadline) answer = await get(hostPort).catch(() => '');
      assert.match(answer, /^hello web-1/);
    });

    it('passes megabytes on, up and down at once', async () => {
      const { hostPort } = (await published('web-1')).find(({ port }) => port === 7001)!;
      const data = randomBytes(8 * 1024 * 1024);
      const socket = connect({ host: '127.0.0.1', port: hostPort });
      const written = new Promise((resolve) => socket.write(data, resolve));
      const parts: Buffer[] = [];
      let length = 0;
      for await (const chunk of socket) {
        parts.push(chunk as Buffer);
        length += (chunk as Buffer).length;
        if (length >= data.length) break;
      }
      await written;
      assert.ok(Buffer.concat(parts).equals(data));
    });

    it('passes half-closes on', { skip: without(subject, 'half-close') }, async () => {
      const { hostPort } = (await published('web-1'))[1]!;
      const data = Buffer.alloc(1024 * 1024, 'x');
      const socket = connect({ host: '127.0.0.1', port: hostPort, allowHalfOpen: true });
      socket.end(data);
      let length = 0;
      for await (const chunk of socket) length += (chunk as Buffer).length;
      assert.equal(length, data.length);
    });

    it('forwards datagrams, answers included', { skip: without(subject, 'udp') }, async () => {
      const { hostPort } = (await published('web-1'))[3]!;
      const sockets = [createSocket('udp4'), createSocket('udp4')];
      const answers = await Promise.all(
        sockets.map(async (socket, index) => {
          socket.send(`hello ${index}`, hostPort, '127.0.0.1');
          const [message] = (await once(socket, 'message')) as [Buffer];
          socket.close();
          return message.toString();
        }),
      );
      assert.deepEqual(answers, ['echo hello 0', 'echo hello 1']);
    });

    it('dials unpublished ports, on the address or the loopback, until it is disposed', async () => {
      const dialed = await lab.dial('web-1', 9000);
      assert.equal(dialed.host, '127.0.0.1');
      assert.match(await get(dialed.port), /^local web-1/);
      await dialed[Symbol.asyncDispose]();
      const deadline = Date.now() + 5000;
      const refused = () =>
        get(dialed.port).then(
          () => false,
          () => true,
        );
      while (!(await refused()) && Date.now() < deadline);
      await assert.rejects(get(dialed.port));
    });

    it('does not dial a port where nothing listens, and says so each time', async () => {
      for (let round = 0; round < 10; round++) {
        const error = await lab.dial('web-1', 4).then(
          () => assert.fail('it was dialled'),
          (reason: unknown) => reason as Error & { code: string },
        );
        assert.equal(error.code, 'runtime');
        assert.equal(error.message, 'nothing listens on port 4 of web-1');
        assert.equal((error.cause as NodeJS.ErrnoException).code, 'ECONNREFUSED');
      }
    });

    it('makes one connection to the node for one to a dialled port', async () => {
      await using dialed = await lab.dial('web-1', 9000);
      const answers = await Promise.all([get(dialed.port), get(dialed.port), get(dialed.port)]);
      for (const answer of answers) assert.match(answer, /^local web-1/);
    });

    it('connects', async () => {
      const socket = await lab.connect('web-1', 7000);
      if (!without(subject, 'half-close')) {
        socket.end('raw bytes');
        assert.equal(await text(socket), 'raw bytes');
      }
      socket.destroy();
      await assert.rejects(lab.connect('web-1', 4), { code: 'runtime', message: /port 4 of web-1/ });
      await assert.rejects(lab.connect('nobody-1', 80), { code: 'usage' });
      await assert.rejects(lab.dial('nobody-1', 80), { code: 'usage' });
    });

    it('frees the ports of a removed node', async () => {
      const ports = (await published('web-1')).map(({ hostPort }) => hostPort);
      await lab.remove(['web-1']);
      const server = createServer().listen(ports[0], '127.0.0.1');
      await once(server, 'listening');
      server.close();
    });
  });
}
