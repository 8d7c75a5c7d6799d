import type { V1Probe } from '@kubernetes/client-node';
import type { ContainerSpec, ReadyProbe } from '../../node-spec.ts';
import { isDataPlane } from './data-plane.ts';
import { escapeDollars } from './dollars.ts';

type AdminProbe = Extract<ReadyProbe, { readonly kind: 'admin' }>;

/** How long a container that others wait for may take to be ready, in s. */
const START_SECONDS = 300;

/**
 * A container's probe as the cluster asks it; undefined when it is ready as soon as it runs, and when the cluster cannot ask
 * (a line of its log).
 */
export function readinessProbe(container: ContainerSpec): V1Probe | undefined {
  const action = actionOf(container);
  if (action === undefined) return undefined;
  // A command costs a process, and a busy machine its time.
  return { ...action, periodSeconds: 1, timeoutSeconds: action.exec === undefined ? 2 : 5 };
}

/** For a container that others of its pod are started after. */
export function startupProbe(container: ContainerSpec): V1Probe | undefined {
  const probe = readinessProbe(container);
  return probe && { ...probe, failureThreshold: START_SECONDS };
}

function actionOf(container: ContainerSpec): Pick<V1Probe, 'httpGet' | 'tcpSocket' | 'exec'> | undefined {
  const { ready: probe } = container;
  switch (probe.kind) {
    case 'http':
      return probe.status === undefined || (probe.status >= 200 && probe.status < 400)
        ? { httpGet: { path: probe.path, port: probe.port } }
        : execAction(httpCommand(probe, probe.status, hasNode(container)));
    case 'tcp':
      return { tcpSocket: { port: probe.port } };
    case 'exec':
      return execAction(probe.argv);
    case 'admin': {
      const port = reachableAdmin(probe);
      if (port !== undefined) return { httpGet: { path: '/ready', port } };
      return execAction(adminCommand(probe, isDataPlane(container)));
    }
    case 'log':
    case 'started':
      return undefined;
  }
}

/** The kubelet puts variables into the commands of probes too (pkg/kubelet/prober of k8s.io/kubernetes). */
function execAction(argv: readonly string[]): Pick<V1Probe, 'exec'> {
  return { exec: { command: argv.map(escapeDollars) } };
}

/** Port of an admin interface that can be asked from outside of its node. */
export function reachableAdmin({ address }: AdminProbe): number | undefined {
  if (address === undefined || /^(127\.|::1$|localhost$)/.test(address.host)) return undefined;
  return address.port;
}

/** Port that a probe asks at, when it is known. */
export function probedPort(probe: ReadyProbe): number | undefined {
  if (probe.kind === 'http' || probe.kind === 'tcp') return probe.port;
  return probe.kind === 'admin' ? probe.address?.port : undefined;
}

/** Asks for an answer that the cluster's own probe would take for a failure. */
function httpCommand(
  { port, path }: Extract<ReadyProbe, { readonly kind: 'http' }>,
  status: number,
  withNode: boolean,
): string[] {
  if (!withNode) return ['sh', '-c', httpStatusWords(`http://127.0.0.1:${port}${path}`, status)];
  const options = JSON.stringify({ host: '127.0.0.1', port, path });
  return ['node', '-e', `require('http').get(${options}, ${exitUnless(status)}`];
}

/** Whether a container starts from Node's image. */
export function hasNode({ rootfs }: Pick<ContainerSpec, 'rootfs'>): boolean {
  return rootfs.reference === undefined && rootfs.base === undefined;
}

/**
 * Words of a shell that succeed when the first answer has this status, with what an image has: curl, or a wget, whose own exit code
 * takes statuses such as 418 for a failure, but which (GNU's and BusyBox's) prints the status line.
 */
export function httpStatusWords(url: string, status: number): string {
  const curl = `[ "$(curl -s -o /dev/null -w '%{http_code}' ${quote(url)} 2>/dev/null)" = ${status} ]`;
  const line = "grep -o 'HTTP/1[.][01] [0-9]*' | head -n 1";
  const wget = `wget -S -O /dev/null ${quote(url)} 2>&1 | ${line} | grep -q ' ${status}$'`;
  return `${curl} || ${wget}`;
}

/** Asks the admin at the address it wrote down: with Node where the image has it, else with the shell of Envoy's image. */
export function adminCommand({ address, addressFile }: AdminProbe, hasNode: boolean): string[] {
  if (hasNode) {
    const where =
      address === undefined
        ? `/^\\[?(.*?)\\]?:(\\d+)\\s*$/.exec(require('fs').readFileSync(${JSON.stringify(addressFile)}, 'utf8'))`
        : JSON.stringify(['', address.host, address.port]);
    const ask = `require('http').get({ host, port, path: '/ready' }, ${exitUnless(200)}`;
    return ['node', '-e', `const [, host, port] = ${where}; ${ask}`];
  }
  const where = address === undefined ? `$(cat ${quote(addressFile)})` : `${address.host}:${address.port}`;
  return [
    'bash',
    '-c',
    [
      `address=${where}`,
      `host=\${address%:*}; host=\${host#[}; exec 3<>"/dev/tcp/\${host%]}/\${address##*:}"`,
      "printf 'GET /ready HTTP/1.1\\r\\nhost: admin\\r\\nconnection: close\\r\\n\\r\\n' >&3",
      'read -r _ status _ <&3; [ "$status" = 200 ]',
    ].join(' && '),
  ];
}

/** What is called with an answer; what is thrown, and an error that nobody handles, ends Node with 1. */
const exitUnless = (status: number) =>
  `(answer) => { if (answer.statusCode !== ${status}) throw answer.statusCode; answer.destroy(); })`;

/** A word of a shell, whatever is in it. */
export const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
