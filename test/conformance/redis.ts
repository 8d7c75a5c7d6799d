import type { Socket } from 'node:net';
import { RespDecoder } from '../../src/proxy/filters/network/redis_proxy/resp/decoder.ts';
import type { TcpView } from './tcp.ts';

/**
 * What a Redis server of a case answers: by all words of a command, else by its first (both in lower case), else `+OK`.
 * `<b>` in an answer is the port of the upstream `b`.
 * `<close>` ends the connection, `<reset>` breaks it, `<nothing>` leaves the command without an answer.
 */
export type RedisScript = Readonly<Record<string, string>>;

/** Answers a connection's commands by script. */
export function serveRedis(
  socket: Socket,
  view: TcpView,
  script: RedisScript,
  ports: ReadonlyMap<string, number>,
): void {
  const decoder = new RespDecoder((value) => {
    const words = 'items' in value ? value.items.map((item) => ('text' in item ? item.text : '')) : [];
    const all = words.join(' ').toLowerCase();
    const answer = script[all] ?? script[words[0]?.toLowerCase() ?? ''] ?? '+OK\r\n';
    if (answer === '<close>') socket.end();
    else if (answer === '<reset>') socket.resetAndDestroy();
    else if (answer !== '<nothing>') {
      const text = answer.replace(/<(\w+)>/g, (_, name: string) => String(ports.get(name)));
      socket.write(text, 'latin1');
    }
  });
  socket.on('data', (data: Buffer) => {
    view.received += data.toString('latin1');
    decoder.decode(data);
  });
  socket.on('end', () => {
    if (view.end === 'open') view.end = 'fin';
    socket.end();
  });
  socket.on('error', () => {
    view.end = 'reset';
  });
}
