import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, it } from 'node:test';
import { chooseHostPorts, openPort } from './host-ports.ts';
import type { PublishSpec } from './node-spec.ts';
import { node } from './specs.fake.ts';

const publish = (hostPort: number, rest: Partial<PublishSpec> = {}): PublishSpec => ({
  name: 'http',
  port: 80,
  protocol: 'tcp',
  hostPort,
  pinned: false,
  ...rest,
});
const nobody = async () => undefined;

async function blocked<T>(use: (port: number) => Promise<T>): Promise<T> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await use((server.address() as { port: number }).port);
  } finally {
    server.close();
  }
}

describe('choosing host ports', () => {
  it('takes the asked one when it is free, and lets go of it', async () => {
    const free = await blocked(async (port) => port);
    const spec = node('web', [], { publish: [publish(free)] });
    for (let round = 0; round < 2; round++) {
      const [port] = (await chooseHostPorts('user', [spec], nobody)).get('web-1')!;
      assert.deepEqual(port, { name: 'http', port: 80, protocol: 'tcp', hostPort: free });
    }
  });

  it('takes another for a taken one, and no two the same', async () => {
    await blocked(async (taken) => {
      const specs = ['a', 'b'].map((name) => node(name, [], { publish: [publish(taken), publish(0)] }));
      const chosen = [...(await chooseHostPorts('user', specs, nobody)).values()]
        .flat()
        .map(({ hostPort }) => hostPort);
      assert.equal(new Set(chosen).size, 4);
      assert.ok(!chosen.includes(taken));
    });
  });

  it('names who holds a pinned one: a container when the engine knows one, else a process', async () => {
    await blocked(async (taken) => {
      const spec = node('web', [], { publish: [publish(taken, { pinned: true })] });
      await assert.rejects(chooseHostPorts('user', [spec], nobody), {
        code: 'runtime',
        message: new RegExp(`port ${taken}/tcp on 127.0.0.1 is taken by process ${process.pid}`),
      });
      await assert.rejects(
        chooseHostPorts('user', [spec], async () => 'container nginx'),
        {
          message: /is taken by container nginx/,
        },
      );
    });
  });

  it('knows UDP from TCP', async () => {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const { port } = socket.address();
    const spec = node('web', [], { publish: [publish(port, { protocol: 'udp', pinned: true })] });
    await assert.rejects(chooseHostPorts('user', [spec], nobody), { message: new RegExp(`${port}/udp`) });
    socket.close();
  });

  describe('a port that only root may open', () => {
    const low = Object.assign(new Error('listen EACCES'), { code: 'EACCES' });
    const open: typeof openPort = (protocol, port) =>
      port === 80 ? Promise.reject(low) : openPort(protocol, port);

    it('is left to an engine, and gives way to a free one where this user opens it', async () => {
      const spec = node('web', [], { publish: [publish(80)] });
      const [engines] = (await chooseHostPorts('engine', [spec], nobody, open)).get('web-1')!;
      assert.deepEqual(engines, { name: 'http', port: 80, protocol: 'tcp', hostPort: 80 });
      const [own] = (await chooseHostPorts('user', [spec], nobody, open)).get('web-1')!;
      assert.ok(own!.hostPort >= 1024);
      assert.equal(own!.moved, 'privileged');
    });

    it('is refused when it is pinned', async () => {
      const spec = node('web', [], { publish: [publish(80, { pinned: true })] });
      await assert.rejects(chooseHostPorts('user', [spec], nobody, open), {
        code: 'runtime',
        message: 'port 80/tcp on 127.0.0.1 may only be opened by root',
        hint: 'Publish a port from 1024 on.',
      });
    });
  });

  it('says that a port was taken', async () => {
    await blocked(async (taken) => {
      const spec = node('web', [], { publish: [publish(taken)] });
      const [port] = (await chooseHostPorts('engine', [spec], nobody)).get('web-1')!;
      assert.equal(port!.moved, 'taken');
    });
  });
});
