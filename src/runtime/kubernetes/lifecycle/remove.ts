import { setTimeout as delay } from 'node:timers/promises';
import { LabError } from '../../../error.ts';
import { isConflict, isMissing } from '../api/failure.ts';
import { type KubeList, type KubeObject, type Pod, pathOf } from '../api/objects.ts';
import { labRecordName, nodeRecordName } from '../names.ts';
import { type LabAt, ofLab } from '../place.ts';
import type { NodeObject } from '../states.ts';
import { deleteAll } from './apply.ts';
import { endPod } from './end-pod.ts';
import { unneeded } from './update.ts';

/** How long what runs has to end, in s. */
const GRACE_S = 1;
/** How long a namespace may take to go, in ms: the cluster looks through all kinds of objects there are. Objects have as long. */
const GONE_MS = 120_000;
/** Between two looks what is left, in ms. */
const LOOK_MS = 50;

/** Takes nodes away. */
export async function removeNodes(
  lab: LabAt,
  leaving: readonly NodeObject[],
  staying: readonly NodeObject[],
): Promise<void> {
  await Promise.all(leaving.map(async ({ pod }) => pod && endPod(lab, pod, GRACE_S)));
  const needs = leaving.flatMap(({ record }) => record.needs);
  const records = leaving.map(({ record }) => ({
    kind: 'ConfigMap',
    metadata: { name: nodeRecordName(record.spec.name) },
  }));
  await deleteAll(lab, [
    ...records,
    ...unneeded(
      needs,
      staying.map(({ record }) => record.needs),
    ),
  ]);
}

/**
 * Takes all of a lab away, whatever state it is in; returns when nothing of it is left.
 * @throws LabError `runtime` that names what stays
 */
export async function removeLab(lab: LabAt, { goneMs = GONE_MS } = {}): Promise<void> {
  const { api, namespace, identity } = lab;
  const query = { labelSelector: ofLab(identity.lab) };
  // The record goes first: whoever looks sees no half of a lab.
  await deleteAll(lab, [{ kind: 'ConfigMap', metadata: { name: labRecordName(identity.lab) } }]);
  const deadline = Date.now() + goneMs;
  for (;;) {
    const listed = await Promise.all(
      ['Pod', 'ConfigMap', 'Service'].map(async (kind) => {
        const { items } = await api.get<KubeList<KubeObject>>(pathOf(kind, namespace), { query });
        return items.map((object) => ({ ...object, kind }));
      }),
    );
    const [pods = [], ...rest] = listed;
    const left = listed.flat();
    await Promise.all([
      ...pods.map((pod) => endPod(lab, pod as unknown as Pod, GRACE_S)),
      deleteAll(lab, lab.ownsNamespace ? [] : rest.flat()),
    ]);
    if (left.length === 0 || lab.ownsNamespace) break;
    if (Date.now() > deadline) throw staying(lab, left);
    await delay(LOOK_MS);
  }
  if (lab.ownsNamespace) await removeNamespace(lab);
}

function staying({ namespace, identity }: LabAt, left: readonly KubeObject[]): LabError {
  const names = left.map(({ kind, metadata }) => `${kind} ${metadata.name}`).join(', ');
  const [first] = left;
  return new LabError(
    'runtime',
    `lab ${identity.lab}: in namespace ${namespace} this does not go away: ${names}`,
    {
      hint: `a finalizer may hold it: kubectl -n ${namespace} get ${first?.kind} ${first?.metadata.name} -o yaml says so`,
    },
  );
}

export async function removeNamespace({ api, namespace }: Pick<LabAt, 'api' | 'namespace'>): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}`;
  try {
    await api.json('DELETE', path);
  } catch (error) {
    if (isMissing(error)) return;
    if (!isConflict(error)) throw error;
  }
  await namespaceGone({ api, namespace });
}

/** @throws LabError `runtime` when it stays, with what the cluster says holds it */
export async function namespaceGone({ api, namespace }: Pick<LabAt, 'api' | 'namespace'>): Promise<void> {
  const deadline = Date.now() + GONE_MS;
  for (let pause = 30; ; pause = Math.min(pause * 1.5, 500)) {
    try {
      const found = await api.get<
        KubeObject & { status?: { conditions?: { type: string; status: string; message?: string }[] } }
      >(`/api/v1/namespaces/${namespace}`);
      if (Date.now() > deadline) {
        const said = found.status?.conditions
          ?.filter(({ status }) => status === 'True')
          .map(({ message }) => message)
          .join('; ');
        throw new LabError('runtime', `namespace ${namespace} does not go away${said ? `: ${said}` : ''}`, {
          hint: `kubectl get namespace ${namespace} -o yaml says what holds it`,
        });
      }
    } catch (error) {
      if (isMissing(error)) return;
      throw error;
    }
    await delay(pause);
  }
}
