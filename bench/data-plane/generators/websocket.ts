import { generate } from '../processes.ts';
import type { Generator, Load, Target } from './generator.ts';

/** Messages that come back, on each connection one after the other; the program checks every byte of every one. */
export function websocket(program: string): Generator {
  const run = async (target: Target, seconds: number, list?: string): Promise<Load> => {
    const { port, path, connections, bodyBytes } = target;
    const args = [port, path, connections, seconds, bodyBytes].map(String);
    return JSON.parse(await generate([program, ...args], seconds, list)) as Load;
  };
  return { run, check: async (target) => void (await run({ ...target, connections: 1 }, 1)) };
}
