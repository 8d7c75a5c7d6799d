import type { V1Container } from '@kubernetes/client-node';
import type { NodeSpec, ReadyProbe } from '../../node-spec.ts';
import { dnsName } from '../names.ts';
import type { TranslateOptions } from './options.ts';
import { quote, reachableAdmin } from './probe.ts';
import { containerSecurity } from './security.ts';

/** What of another node can be asked for from outside of it. */
type Question =
  | { readonly kind: 'http'; readonly port: number; readonly path: string }
  | { readonly kind: 'tcp'; readonly port: number };

/** Groups that containers of a node depend on. */
export function groupsBefore(node: NodeSpec, nodes: readonly NodeSpec[]): string[] {
  const own = new Set(node.containers.map(({ name }) => name));
  const groups = new Set(nodes.map(({ group }) => group));
  const names = node.containers.flatMap(({ dependsOn }) => dependsOn.map(({ name }) => name));
  return [...new Set(names)].filter((name) => !own.has(name) && groups.has(name));
}

/** Containers that end when the nodes this one depends on are ready, as far as that can be asked from outside. */
export function waitContainers(
  node: NodeSpec,
  nodes: readonly NodeSpec[],
  { images, security }: Pick<TranslateOptions, 'images' | 'security'>,
): V1Container[] {
  return groupsBefore(node, nodes).flatMap((group) => {
    const questions = questionsOf(nodes.find((candidate) => candidate.group === group)!);
    if (questions.length === 0) return [];
    const asked = questions.map((question) =>
      question.kind === 'http'
        ? `wget -q -T 1 -O /dev/null ${quote(`http://${group}:${question.port}${question.path}`)}`
        : `nc -z -w 1 ${group} ${question.port}`,
    );
    const securityContext = containerSecurity(node, waiting, security);
    return [
      {
        name: dnsName(`wait-for-${group}`),
        image: images.base,
        command: ['sh', '-c', `until ${asked.join(' && ')}; do sleep 1; done`],
        ...(securityContext && { securityContext }),
      },
    ];
  });
}

/** How its containers tell from outside that they are ready; those that cannot are left out. */
export function questionsOf(node: NodeSpec): Question[] {
  return node.containers.flatMap((container) => {
    const question = container.once ? undefined : questionOf(container.ready);
    return question === undefined ? [] : [question];
  });
}

function questionOf(probe: ReadyProbe): Question | undefined {
  if (probe.kind === 'tcp') return probe;
  if (probe.kind === 'http' && (probe.status ?? 200) < 400) return probe;
  const port = probe.kind === 'admin' ? reachableAdmin(probe) : undefined;
  return port === undefined ? undefined : { kind: 'http', port, path: '/ready' };
}

/** What only waits, or keeps a pod: nothing but the base image. */
export const waiting = { name: 'wait', rootfs: { name: 'base', programs: [], files: [] } } as const;

/** The command of what only keeps a pod or a network; process 1 has to be told to hear signals. */
export const hold: readonly string[] = ['sh', '-c', 'trap "exit 0" TERM; sleep 2147483647 & wait'];
