import { execFile } from 'node:child_process';
import { LabError } from '../../../error.ts';
import { joinWords } from '../../../process/words.ts';
import type { Tools } from './tools.ts';

/** Input of `ip -batch` for one network namespace. */
export interface NodeBatch {
  readonly netns: string;
  readonly batch: string;
}

/** How many namespaces are set up at the same time. */
const LANES = 2;

/**
 * Runs `ip` on a batch for the lab's own namespace, then on one in each node's. One shell does it all: what this process
 * pays for is every process it starts itself.
 *
 * @param keepGoing go on after a line that fails
 * @throws LabError `runtime` with what `ip` complained about
 */
export function runIp(
  tools: Pick<Tools, 'sh' | 'ip'>,
  batch: string,
  nodes: readonly NodeBatch[] = [],
  keepGoing = false,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = ipScript(tools.ip, batch, nodes, keepGoing);
    const child = execFile(tools.sh, ['-s'], (error, _stdout, stderr) => {
      if (error === null || keepGoing) resolve();
      else {
        const why = stderr.trim() || error.message;
        reject(new LabError('runtime', `the network of the lab cannot be changed: ${why}`, { cause: error }));
      }
    });
    child.stdin!.on('error', () => {});
    child.stdin!.end(script);
  });
}

/** The shell script: the first batch alone, then the nodes in lanes. */
export function ipScript(ip: string, batch: string, nodes: readonly NodeBatch[], keepGoing: boolean): string {
  const command = `${joinWords([ip])}${keepGoing ? ' -force' : ''}`;
  const lanes = Array.from({ length: Math.min(LANES, nodes.length) }, (_, lane) =>
    nodes
      .filter((_, index) => index % LANES === lane)
      .map(
        ({ netns, batch }) => `${command} -n ${joinWords([netns])} -batch - <<'END' || exit 1\n${batch}END\n`,
      )
      .join(''),
  );
  const started = lanes.map((lane, index) => `(\n${lane}) & lane${index}=$!\n`).join('');
  const waited = lanes.map((_, index) => `wait $lane${index} || exit 1\n`).join('');
  return `${command} -batch - <<'END' || exit 1\n${batch}END\n${started}${waited}`;
}
