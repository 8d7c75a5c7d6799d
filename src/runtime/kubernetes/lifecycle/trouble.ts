import { LabError } from '../../../error.ts';
import type { Api } from '../api/api.ts';
import { type KubeEvent, type KubeList, type Pod, type PodCondition, pathOf } from '../api/objects.ts';
import { exitCodeOf } from '../states.ts';

/** Why a container cannot start, by what Kubernetes calls it, and what to do about it. */
const waits: Readonly<Record<string, { readonly what: string; readonly hint: string }>> = {
  ErrImagePull: imageTrouble('its image cannot be pulled'),
  ImagePullBackOff: imageTrouble('its image cannot be pulled'),
  ErrImageNeverPull: imageTrouble('its image is not on the node, and its pull policy is Never'),
  InvalidImageName: imageTrouble('its image has a wrong name'),
  RegistryUnavailable: imageTrouble('the registry of its image does not answer'),
  CreateContainerConfigError: {
    what: 'its configuration cannot be had',
    hint: 'a ConfigMap, a Secret or a key of it is missing',
  },
  CreateContainerError: {
    what: 'it cannot be made',
    hint: 'the message is that of the machine the pod is on',
  },
  RunContainerError: {
    what: 'it cannot be run',
    hint: 'the program has to be in the image, or be a path inside it',
  },
  CrashLoopBackOff: { what: 'it ends again and again', hint: 'envoy-lab logs shows its last words' },
};

function imageTrouble(what: string) {
  return {
    what,
    hint: 'the cluster must be able to pull it, or have it loaded; ENVOY_LAB_IMAGE_NODE, _ENVOY and _BASE name other images',
  };
}

/** What keeps a container of a pod from starting; undefined while nothing does that does not pass by itself. */
export function startTrouble(node: string, pod: Pod, containers: readonly string[]): LabError | undefined {
  const { containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {};
  for (const { name, state, image } of [
    ...initContainerStatuses,
    ...containerStatuses,
  ] as readonly (NonNullable<NonNullable<Pod['status']>['containerStatuses']>[number] & {
    image?: string;
  })[]) {
    const { waiting, terminated } = state ?? {};
    const trouble = waits[waiting?.reason ?? ''];
    if (waiting !== undefined && trouble !== undefined) {
      const spec = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].find(
        (candidate) => candidate.name === name,
      );
      const which = spec?.image ?? image ?? '';
      const said = waiting.message === undefined ? '' : `: ${waiting.message}`;
      const text = `container ${node}/${name} does not start: ${trouble.what} (${waiting.reason}, image ${which})${said}`;
      return new LabError('runtime', text, { hint: trouble.hint });
    }
    if (terminated?.reason !== 'StartError' && terminated?.reason !== 'ContainerCannotRun') continue;
    if (!containers.includes(name)) continue;
    const code = exitCodeOf(terminated);
    const why =
      code === 127
        ? 'no such program in its image'
        : code === 126
          ? 'it is not executable'
          : 'the machine it is on refused it';
    return new LabError(
      'runtime',
      `container ${node}/${name} did not start: ${why}: ${terminated.message?.trim() ?? ''}`,
      {
        hint: 'the program has to be in the image, or be a path inside it',
      },
    );
  }
  const { phase, reason = '', message = '' } = pod.status ?? {};
  if (phase === 'Failed' && reason !== '') {
    return new LabError('runtime', `node ${node} failed: ${reason}: ${message}`);
  }
  return undefined;
}

/** The scheduler's words when no machine of the cluster has room for a pod. */
export function unschedulable({ status }: Pod): PodCondition | undefined {
  return status?.conditions?.find(
    ({ type, status: is, reason }) => type === 'PodScheduled' && is === 'False' && reason === 'Unschedulable',
  );
}

/** How many of a pod's events an error shows. */
const SHOWN = 6;

/** The same error with the pod's last events, which say what the cluster tried. */
export async function withEvents(
  api: Api,
  namespace: string,
  pod: string,
  error: LabError,
): Promise<LabError> {
  const lines = await eventsOf(api, namespace, pod).catch(() => []);
  if (lines.length === 0) return error;
  const text = `${error.message}; events of the pod:\n${lines.map((line) => `  ${pod} | ${line}`).join('\n')}`;
  return new LabError(error.code, text, { hint: error.hint, cause: error.cause });
}

async function eventsOf(api: Api, namespace: string, pod: string): Promise<string[]> {
  const query = { fieldSelector: `involvedObject.kind=Pod,involvedObject.name=${pod}` };
  const { items } = await api.get<KubeList<KubeEvent>>(pathOf('Event', namespace), {
    query,
    patienceMs: 2000,
  });
  // Some tell whole seconds only.
  const second = ({ lastTimestamp, eventTime, metadata }: KubeEvent) =>
    Math.floor((Date.parse(lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? '') || 0) / 1000);
  const version = ({ metadata }: KubeEvent) => Number(metadata.resourceVersion ?? 0);
  const sorted = [...items].sort((a, b) => second(a) - second(b) || version(a) - version(b));
  const lines = sorted.map(
    ({ type = '', reason = '', message = '' }) => `${type} ${reason}: ${message.trim()}`,
  );
  return lines.filter((line, index) => lines.indexOf(line) === index).slice(-SHOWN);
}
