import { splice } from '../../splice.ts';
import { type Multiplexer, multiplex, type Offer } from './multiplex.ts';

/** What an agent is asked to connect to: the first host that accepts. */
export interface AgentTarget {
  readonly hosts: readonly string[];
  readonly port: number;
  readonly timeoutMs: number;
}

/** Text of a CommonJS program that makes connections for the other end of its standard streams; ends when they end. */
export function agentSource(): string {
  // A bundler may name functions through a helper of its own.
  return `'use strict';
const __name = (value) => value;
(${agent.toString()})(require, process, ${multiplex.toString()}, ${splice.toString()});
`;
}

/** Runs inside a node. It is turned into text, so it must not use anything from outside itself. */
function agent(
  load: NodeJS.Require,
  self: NodeJS.Process,
  carry: typeof multiplex,
  join: typeof splice,
): Multiplexer {
  const net = load('node:net') as typeof import('node:net');
  const connect = ({ target, accept, refuse }: Offer) => {
    const { hosts, port, timeoutMs } = JSON.parse(target) as AgentTarget;
    const codes: string[] = [];
    const next = (index: number): void => {
      const host = hosts[index];
      // A refusal only when all refused.
      if (host === undefined) {
        refuse(codes.find((code) => code !== 'ECONNREFUSED') ?? 'ECONNREFUSED');
        return;
      }
      const socket = net.connect({ host, port, allowHalfOpen: true, noDelay: true });
      const timer = setTimeout(
        () => socket.destroy(Object.assign(new Error('late'), { code: 'ETIMEDOUT' })),
        timeoutMs,
      );
      const failed = (error: NodeJS.ErrnoException) => {
        clearTimeout(timer);
        // There may be no such address family at all.
        const absent = host.includes(':') && error.code !== 'ETIMEDOUT';
        codes.push(absent ? 'ECONNREFUSED' : (error.code ?? 'EIO'));
        next(index + 1);
      };
      socket.once('error', failed);
      socket.once('connect', () => {
        clearTimeout(timer);
        socket.off('error', failed);
        join(socket, accept());
      });
    };
    next(0);
  };
  self.stdin.on('end', () => self.exit(0));
  self.stdin.on('close', () => self.exit(0));
  self.stdout.on('error', () => self.exit(1));
  return carry(load('node:stream'), self.stdin, self.stdout, connect);
}
