import type { ContainerSpec, ReadyProbe } from '../../src/runtime/node-spec.ts';
import { container, node } from '../../src/runtime/specs.fake.ts';

export { container, node };

/** Runs until it is killed; ends at once on SIGTERM. */
export const idle: readonly string[] = [
  'sh',
  '-c',
  'trap "exit 0" TERM; while :; do sleep 1000 & wait $!; done',
];

const SERVER = `
const [port, host, text] = process.argv.slice(1);
const server = require('node:http').createServer((request, response) => {
  response.end([text, require('node:os').hostname(), request.socket.remoteAddress].join(' '));
});
server.listen(Number(port), host, () => console.log('listening'));
`;

/** An HTTP server in Node: answers `TEXT HOSTNAME CLIENT-ADDRESS`. */
export function httpServer(
  nodePath: string,
  name: string,
  port: number,
  { host = '0.0.0.0', text = 'hello', ready = { kind: 'tcp', port } as ReadyProbe } = {},
): ContainerSpec {
  return container(name, [nodePath, '-e', SERVER, String(port), host, text], { ready });
}

/** Runs Node code. */
export function script(
  nodePath: string,
  name: string,
  code: string,
  rest: Partial<ContainerSpec> = {},
): ContainerSpec {
  return container(name, [nodePath, '-e', code], rest);
}
