import { LabError } from '../../../error.ts';
import { isConflict, isMissing } from '../api/failure.ts';
import { type KubeObject, pathOf } from '../api/objects.ts';
import { isOurs, type LabAt } from '../place.ts';

/** Whose fields they are, for the API server. */
const MANAGER = 'envoy-lab';

/** @throws LabError `runtime` when an object of that name is there and is not the lab's */
export async function applyAll(lab: LabAt, objects: readonly KubeObject[]): Promise<void> {
  await Promise.all(objects.map((object) => apply(lab, object)));
}

/** Makes an object, or makes the lab's own of that name what it is to be (server-side apply). */
async function apply(lab: LabAt, object: KubeObject): Promise<void> {
  const { api, namespace } = lab;
  const kind = object.kind ?? '';
  const { name } = object.metadata;
  const query = { fieldManager: MANAGER };
  try {
    const isMade = (there: KubeObject) => isOurs(lab, there);
    await api.json('POST', pathOf(kind, namespace), { query, body: object, isMade });
  } catch (error) {
    if (!isConflict(error)) throw error;
    const path = pathOf(kind, namespace, name);
    await requireOurs(lab, kind, name);
    await api.json('PATCH', path, {
      query: { ...query, force: true },
      body: object,
      type: 'application/apply-patch+yaml',
    });
  }
}

/** @throws LabError `runtime` when an object that is there is not the lab's */
export async function requireOurs(lab: LabAt, kind: string, name: string): Promise<void> {
  const there = await lab.api.get<KubeObject>(pathOf(kind, lab.namespace, name));
  if (!isOurs(lab, there)) throw notOurs(lab, kind, name);
}

function notOurs({ namespace, identity }: LabAt, kind: string, name: string): LabError {
  return new LabError(
    'runtime',
    `${kind} ${name} is there already in namespace ${namespace}, and is not of lab ${identity.lab}`,
    {
      hint: 'use another namespace with --namespace, or none: then the lab gets its own',
    },
  );
}

/** Takes objects away; one that is gone already is as good. */
export async function deleteAll({ api, namespace }: LabAt, objects: readonly KubeObject[]): Promise<void> {
  await Promise.all(
    objects.map(async ({ kind = '', metadata: { name } }) => {
      try {
        await api.json('DELETE', pathOf(kind, namespace, name));
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    }),
  );
}
