import { pipeline } from 'node:stream/promises';
import type { CurlNetwork, CurlRunner } from '../curl/curl.ts';
import type { CurlOptions } from '../curl/run.ts';
import { findCurlRunner } from '../curl/runner.ts';
import type { ObservedLab, RunningLab } from '../runtime/runtime.ts';
import type { LabContext } from './context.ts';
import { onPath } from './on-path.ts';
import { replicasOf } from './select.ts';

/**
 * How curl is run against a lab as it is now.
 * @param from the node to send from; undefined: the host
 */
export async function curlOptions(
  context: LabContext,
  lab: RunningLab,
  from: string | undefined,
): Promise<CurlOptions> {
  const observed = await lab.observe();
  const { env, signal } = context;
  if (from === undefined) {
    return { run: await findCurlRunner(env), network: labNetwork(lab, observed), signal };
  }
  const run = nodeRunner(lab, observed, from, await curlProgram(context, observed));
  return { run, network: undefined, signal };
}

/** How the host's curl reaches a lab's nodes: by name, published or not; replicas of a name in turn. */
export function labNetwork(lab: RunningLab, observed: ObservedLab): CurlNetwork {
  const turns = new Map<string, number>();
  return {
    resolve(host) {
      const nodes = observed.nodes.filter(
        ({ spec }) => spec.group === host || spec.name === host || spec.aliases.includes(host),
      );
      const running = nodes.filter(({ containers }) => containers.some(({ state }) => state === 'ready'));
      const candidates = running.length > 0 ? running : nodes;
      if (candidates.length === 0) return undefined;
      const turn = turns.get(host) ?? 0;
      turns.set(host, turn + 1);
      return candidates[turn % candidates.length]!.spec.name;
    },
    dial: (replica, port) => lab.dial(replica, port),
    redirectTargets: () =>
      observed.nodes.flatMap(({ spec }) =>
        spec.publish
          .filter(({ protocol }) => protocol === 'tcp')
          .map(({ port }) => ({ host: spec.group, port })),
      ),
  };
}

/**
 * What runs as curl inside a node: the machine's own, or our client where there is none. In a loopback lab names and
 * localhost are the lab's only for Node programs, so it is our client too.
 */
export async function curlProgram(
  { env, curlClient }: LabContext,
  { mode }: ObservedLab,
): Promise<readonly string[]> {
  if (mode === 'loopback') return curlClient;
  return (await onPath('curl', env.PATH ?? '')) === undefined ? curlClient : ['curl'];
}

/**
 * Runs curl inside a node: the machine's own where there is one, else our client.
 *
 * @param program the words that start it there
 */
export function nodeRunner(
  lab: RunningLab,
  observed: ObservedLab,
  node: string,
  program: readonly string[],
): CurlRunner {
  const replica = replicasOf(observed, node)[0]!.spec.name;
  return async (argv, { env, streams, signal }) => {
    const { stdin, stdout, stderr } = streams;
    const command = { node: replica, argv: [...program, ...argv], env };
    await using session = await lab.exec({ ...command, ...(stdin === undefined && { noStdin: true }) });
    const kill = () => void session[Symbol.asyncDispose]();
    signal?.addEventListener('abort', kill, { once: true });
    if (stdin === undefined) session.stdin.end();
    else stdin.pipe(session.stdin);
    session.stdin.on('error', () => undefined);
    try {
      const [exitCode] = await Promise.all([
        session.exitCode,
        pipeline(session.stdout, stdout, { end: false }),
        pipeline(session.stderr, stderr, { end: false }),
      ]);
      return exitCode;
    } finally {
      stdin?.unpipe(session.stdin);
      signal?.removeEventListener('abort', kill);
    }
  };
}
