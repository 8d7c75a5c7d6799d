import type { CheckTarget } from '../check/target.ts';
import type { CurlRunner } from '../curl/curl.ts';
import { captureCurl } from '../curl/run.ts';
import { LabError } from '../error.ts';
import type { RunningLab } from '../runtime/runtime.ts';
import { adminOf } from './admin.ts';
import { capture } from './capture.ts';
import type { LabContext } from './context.ts';
import { labNetwork, nodeRunner } from './curl.ts';
import { within } from './deadline.ts';
import { ContainerBoard } from './execute/board.ts';
import { deathError } from './execute/failure.ts';
import { knownTimeoutMs, waitForKnownReplicas } from './known-replicas.ts';
import { startNodes, stopNodes } from './lifecycle.ts';
import { scale } from './scale.ts';
import { replicaOf, replicasOf } from './select.ts';
import { readStats } from './stats.ts';

/** How long new replicas may take to be ready, ms. */
const readyTimeoutMs = 60_000;

/** What runs as curl. */
export interface CheckCurl {
  readonly host: CurlRunner;
  /** Words that start it inside a node. */
  readonly inNode: readonly string[];
}

/** A running lab as checks see it. */
export function checkTarget(context: LabContext, lab: RunningLab, curl: CheckCurl): CheckTarget {
  const observe = () => lab.observe();
  const settle = async (nodes: readonly string[], signal: AbortSignal) => {
    const observed = await observe();
    const groups = new Set(nodes.flatMap((name) => replicasOf(observed, name)).map(({ spec }) => spec.group));
    const missing = await waitForKnownReplicas(lab, { groups, timeoutMs: knownTimeoutMs, signal });
    if (missing.length > 0) throw new LabError('check', missing.join('; '));
  };
  return {
    replicas: async (node) => replicasOf(await observe(), node).map(({ spec }) => spec.name),

    running: async (replica) => {
      const { spec, containers } = replicaOf(await observe(), replica);
      return spec.containers.every(({ name }) => {
        const state = containers.find((container) => container.name === name)?.state;
        return state === 'starting' || state === 'ready';
      });
    },

    async curl({ words, from, signal }) {
      const observed = await observe();
      if (from !== undefined) {
        return captureCurl(words, {
          run: nodeRunner(lab, observed, from, curl.inNode),
          network: undefined,
          signal,
        });
      }
      return captureCurl(words, { run: curl.host, network: labNetwork(lab, observed), signal });
    },

    async exec({ node, container, argv, signal }) {
      const replica = replicaOf(await observe(), node).spec.name;
      return capture(lab, { node: replica, argv, ...(container === undefined ? {} : { container }) }, signal);
    },

    async scale(replicas, signal) {
      const wanted = new Map(Object.entries(replicas));
      await scale(context, lab, { replicas: wanted, timeoutMs: readyTimeoutMs, signal });
      await settle([...wanted.keys()], signal);
    },

    stop: async (node) => {
      await stopNodes(lab, [node]);
    },

    start: async (node, signal) => {
      await startNodes(context, lab, [node], { until: 'running', timeoutMs: readyTimeoutMs, signal });
    },

    async kill({ node, container, killSignal }) {
      const replicas = replicasOf(await observe(), node);
      await Promise.all(replicas.map(({ spec }) => lab.kill(spec.name, container, killSignal)));
    },

    async waitReady(nodes, signal) {
      const observed = await observe();
      const replicas = nodes.flatMap((name) => replicasOf(observed, name));
      const containers = replicas.flatMap(({ spec }) =>
        spec.containers.map(({ name }) => ({ node: spec.name, container: name })),
      );
      await using board = new ContainerBoard(lab, () => undefined);
      const death = await within(
        readyTimeoutMs,
        signal,
        (limit) => board.until(containers, 'ready', limit),
        (cause) => new LabError('check', `not ready within ${readyTimeoutMs / 1000} s`, { cause }),
      );
      if (death !== undefined) throw await deathError(lab, death);
      await settle(nodes, signal);
    },

    async stats(replica, container, signal) {
      const admin = adminOf(replicaOf(await observe(), replica), container);
      const stats = await readStats(lab, admin, undefined, signal);
      return new Map([...stats].filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
    },

    async logs(node, container, since, signal) {
      const nodes = replicasOf(await observe(), node).map(({ spec }) => spec.name);
      const lines = [];
      const request = {
        nodes,
        follow: false,
        since,
        signal,
        ...(container === undefined ? {} : { container }),
      };
      for await (const line of lab.logs(request)) lines.push(line);
      return lines;
    },
  };
}
