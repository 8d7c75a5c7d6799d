import type { LogLine } from '../../runtime/runtime.ts';
import type { Cli } from '../cli.ts';

export interface LogFormat {
  readonly json?: boolean;
  readonly timestamps?: boolean;
  readonly prefix: boolean;
  /** Containers whose lines are to come, such as `service1-1/app`: their prefixes stand in one column. */
  readonly names?: readonly string[];
}

/** Writes log lines as `service1-1/app     | text`, each container in a colour of its own, or as JSON lines. */
export function logWriter(cli: Cli, format: LogFormat): (line: LogLine) => void {
  const { style } = cli;
  let width = Math.max(0, ...(format.names ?? []).map(({ length }) => length));
  const tints = new Map<string, number>();
  return (line) => {
    const { node, container, stream, time, text } = line;
    if (format.json) {
      const at = new Date(time).toISOString();
      cli.print(`${JSON.stringify({ node, container, stream, time: at, text })}\n`);
      return;
    }
    const name = `${node}/${container}`;
    const tint = tints.get(name) ?? tints.size;
    tints.set(name, tint);
    // A replica that was added while following may have the longest name.
    width = Math.max(width, name.length);
    const prefix = format.prefix ? `${style.tint(tint, `${name.padEnd(width)} |`)} ` : '';
    const stamp = format.timestamps ? `${style.dim(new Date(time).toISOString())} ` : '';
    cli.print(`${prefix}${stamp}${text}\n`);
  };
}
