import { didYouMean } from '../document/suggest.ts';
import { LabError } from '../error.ts';
import type { ObservedNode, ObservedPort } from '../runtime/runtime.ts';
import { parsePort } from './resolve/publish.ts';

/**
 * Where a published port is on the host.
 *
 * @param port its name in the sandbox (`http`) or its number in the node (`8080`, `53/udp`)
 * @throws LabError `usage` when the node does not publish it
 */
export function publishedPort(node: ObservedNode, port: string): ObservedPort {
  const { number, protocol } = parsePort(port);
  const found =
    node.published.find(({ name }) => name === port) ??
    node.published.find((candidate) => candidate.port === number && candidate.protocol === protocol);
  if (found !== undefined) return found;
  const known = node.published.map(({ name, port: own }) =>
    name === String(own) ? name : `${name} (${own})`,
  );
  throw new LabError('usage', `${node.spec.name} does not publish port ${port}`, {
    hint:
      known.length === 0
        ? `it publishes none; envoy-lab curl reaches unpublished ports too`
        : (didYouMean(
            port,
            node.published.map(({ name }) => name),
          ) ?? `it publishes ${known.join(', ')}`),
  });
}
