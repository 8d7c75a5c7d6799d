import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { describe, it } from 'node:test';
import { forwardTcp } from './forward-tcp.ts';
import { forwardUdp } from './forward-udp.ts';

async function listen(onConnection?: (socket: Socket) => void): Promise<{ server: Server; port: number }> {
  const server = createServer({ allowHalfOpen: true }, onConnection);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as { port: number }).port };
}

/** A forwarder before an upstream that does as it is told. */
async function forwarded(
  upstream: (socket: Socket) => void,
  use: (port: number) => Promise<void>,
): Promise<void> {
  const back = await listen((socket) => {
    socket.on('error', () => {});
    upstream(socket);
  });
  const front = await listen();
  const close = forwardTcp(front.server, () => [
    // Nobody is there: the second is tried.
    { host: '127.0.0.66', port: back.port },
    { host: '127.0.0.1', port: back.port },
  ]);
  try {
    await use(front.port);
  } finally {
    close();
    back.server.close();
  }
}

const open = (port: number) => connect({ host: '127.0.0.1', port, allowHalfOpen: true });

describe('forwardTcp', () => {
  it('passes bytes both ways and each half-close by itself', async () => {
    await forwarded(
      (socket) => {
        let heard = '';
        socket.on('data', (chunk) => {
          heard += chunk;
        });
        socket.on('end', () => socket.end(`heard ${heard}`));
      },
      async (port) => {
        const socket = open(port);
        socket.end('hello');
        let said = '';
        for await (const chunk of socket) said += chunk;
        assert.equal(said, 'heard hello');
      },
    );
  });

  it('lets the upstream end first', async () => {
    let heard = '';
    await forwarded(
      (socket) => {
        socket.end('bye');
        socket.on('data', (chunk) => {
          heard += chunk;
        });
      },
      async (port) => {
        const socket = open(port);
        for await (const chunk of socket.iterator({ destroyOnReturn: false }))
          assert.equal(String(chunk), 'bye');
        assert.equal(heard, '');
      },
    );
  });

  it('passes a reset of the upstream on', async () => {
    await forwarded(
      (socket) => socket.once('data', () => socket.resetAndDestroy()),
      async (port) => {
        const socket = open(port);
        socket.write('x');
        const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
        assert.equal(error.code, 'ECONNRESET');
      },
    );
  });

  it('passes a reset of the client on', async () => {
    let ended: (code: string | undefined) => void;
    const seen = new Promise<string | undefined>((resolve) => {
      ended = resolve;
    });
    await forwarded(
      (socket) => {
        socket.on('error', (error: NodeJS.ErrnoException) => ended(error.code));
        socket.write('hello');
      },
      async (port) => {
        const socket = open(port);
        await once(socket, 'data');
        socket.resetAndDestroy();
        assert.equal(await seen, 'ECONNRESET');
      },
    );
  });

  it('holds the sender back when the receiver is slow', async () => {
    let sent = 0;
    const total = 64 * 1024 * 1024;
    await forwarded(
      (socket) => {
        const chunk = Buffer.alloc(256 * 1024);
        const pump = () => {
          while (sent < total) {
            sent += chunk.length;
            if (!socket.write(chunk)) {
              socket.once('drain', pump);
              return;
            }
          }
          socket.end();
        };
        pump();
      },
      async (port) => {
        const socket = open(port);
        socket.pause();
        await once(socket, 'connect');
        // Until nothing more moves.
        for (let before = -1; before !== sent; ) {
          before = sent;
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
        assert.ok(sent < total / 2, `${sent} bytes were taken`);
        let received = 0;
        for await (const chunk of socket) received += (chunk as Buffer).length;
        assert.equal(received, total);
      },
    );
  });

  it('resets a connection that nobody takes', async () => {
    const { server, port } = await listen();
    const close = forwardTcp(server, () => []);
    const socket = open(port);
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    assert.equal(error.code, 'ECONNRESET');
    close();
  });
});

describe('forwardUdp', () => {
  it('gives each client its own answers', async () => {
    const back = createSocket('udp4');
    back.on('message', (message, from) => back.send(`${message} from ${from.port}`, from.port, from.address));
    back.bind(0, '127.0.0.1');
    const front = createSocket('udp4').bind(0, '127.0.0.1');
    await Promise.all([once(back, 'listening'), once(front, 'listening')]);
    const close = forwardUdp(front, () => [{ host: '127.0.0.1', port: back.address().port }]);
    const clients = [createSocket('udp4'), createSocket('udp4')];
    const ask = async (client: (typeof clients)[number], text: string) => {
      client.send(text, front.address().port, '127.0.0.1');
      const [message] = (await once(client, 'message')) as [Buffer];
      return message.toString();
    };
    const [one, two] = await Promise.all([ask(clients[0]!, 'a'), ask(clients[1]!, 'b')]);
    assert.match(one!, /^a from/);
    assert.match(two!, /^b from/);
    assert.notEqual(one!.slice(1), two!.slice(1));
    // The same client keeps its upstream socket.
    assert.equal((await ask(clients[0]!, 'a')).slice(1), one!.slice(1));
    for (const socket of [...clients, back]) socket.close();
    close();
  });
});
