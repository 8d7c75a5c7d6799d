import { findOracle } from '../../test/oracle.ts';
import type { Engine } from './engine.ts';

/** Ours: every build that is asked for, the first of which is `ts`. */
export function tsEngines(builds: readonly string[]): Engine[] {
  return builds.map((file, index) => ({
    name: index === 0 ? 'ts' : `ts${index + 1}`,
    argv: [process.execPath, file],
  }));
}

/** The real Envoy. @throws Error when it is not there */
export function envoyEngine(): Engine {
  const oracle = findOracle();
  if (!oracle) throw new Error('needs the real Envoy: `node tools/oracle.js`');
  return { name: 'envoy', argv: [oracle] };
}
