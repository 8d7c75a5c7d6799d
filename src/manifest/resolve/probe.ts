import type { Path } from '../../document/document.ts';
import type { ContainerFields, ProbeFields } from '../schema/pod.ts';
import type { PodContext } from './env.ts';
import { expand } from './expand.ts';
import { portNumber } from './ports.ts';

export const PROBES = ['readinessProbe', 'startupProbe', 'livenessProbe'] as const;

/** `ready` of the sandbox file: of the readiness probe, else the startup probe, else the liveness probe. */
export function resolveReady(context: PodContext, container: ContainerFields, path: Path): unknown {
  const [name, ...others] = PROBES.filter((probe) => container[probe] !== undefined);
  if (name === undefined) return undefined;
  for (const other of others) {
    context.findings.note(context.pod.object, [...path, other], `${name} says when the container is ready`);
  }
  return readyOf(context, container, container[name]!, [...path, name]);
}

function readyOf(
  { pod, findings }: PodContext,
  container: ContainerFields,
  probe: ProbeFields,
  path: Path,
): unknown {
  const kinds = Object.keys(probe);
  if (kinds.length !== 1) {
    // A kind that is not supported is told already.
    const refused = (valueAt(pod.object.document.value, path) as { grpc?: unknown }).grpc !== undefined;
    if (!refused) findings.problem(pod.object, path, 'must have one of httpGet, tcpSocket and exec');
    return undefined;
  }
  if (probe.exec !== undefined) {
    const variables = literals(container);
    return { exec: probe.exec.command.map((word) => expand(word, variables)) };
  }
  const member = probe.httpGet === undefined ? 'tcpSocket' : 'httpGet';
  const { port } = (probe.httpGet ?? probe.tcpSocket)!;
  const number = portNumber(container, port);
  if (number === undefined) {
    const message = `no port of the container is called "${port}"`;
    findings.problem(pod.object, [...path, member, 'port'], message, { hint: 'name one in its ports' });
    return undefined;
  }
  if (probe.httpGet === undefined) return { tcp: number };
  if (probe.httpGet.scheme === 'HTTPS') {
    findings.note(pod.object, [...path, member, 'scheme'], 'a port that accepts is ready: TLS is not spoken');
    return { tcp: number };
  }
  const { path: wanted = '/' } = probe.httpGet;
  return { http: { port: number, path: wanted.startsWith('/') ? wanted : `/${wanted}` } };
}

/**
 * What the kubelet puts into the command of a probe: each `value` as it is written, nothing for a `valueFrom`, and none of `envFrom`
 * (ExpandContainerCommandOnlyStatic in pkg/kubelet/container of k8s.io/kubernetes).
 */
function literals({ env = [] }: ContainerFields): Record<string, string> {
  return Object.fromEntries(env.map(({ name, value = '' }) => [name, value]));
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce((here, step) => (here as Record<string | number, unknown>)[step], value);
}
