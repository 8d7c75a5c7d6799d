import type { LabIdentity } from '../../node-spec.ts';
import type { Api } from '../api/api.ts';
import { ApiError, isMissing } from '../api/failure.ts';
import { type KubeList, type KubeObject, pathOf } from '../api/objects.ts';
import { label, labelValue, ownerLabel, selector } from '../labels.ts';
import { labNamespace, labRecordName } from '../names.ts';
import { identityOf } from '../records.ts';
import { removeLab } from './remove.ts';

/**
 * Takes away namespaces that labs of this owner had for themselves, and whose record is gone.
 * @param lab undefined: all
 * @returns the labs they were of
 */
export async function sweepNamespaces(api: Api, owner: string, lab: string | undefined): Promise<string[]> {
  const swept = await Promise.all(
    (await ownNamespaces(api, owner, lab)).map(async (item) => {
      const { identity } = identityOf(item);
      const namespace = item.metadata.name;
      if (await isThere(api, namespace, identity.lab)) return undefined;
      await removeLab({ api, identity, namespace, ownsNamespace: true });
      return identity.lab;
    }),
  );
  return swept.filter((name) => name !== undefined);
}

async function ownNamespaces(api: Api, owner: string, lab: string | undefined): Promise<KubeObject[]> {
  const path = '/api/v1/namespaces';
  if (lab === undefined) {
    const query = { labelSelector: selector({ [label.owner]: ownerLabel(owner) }) };
    return [...(await api.get<KubeList<KubeObject>>(path, { query })).items];
  }
  try {
    const found = await api.get<KubeObject>(`${path}/${labNamespace(lab)}`);
    const { labels = {} } = found.metadata;
    const isOwn = labels[label.owner] === ownerLabel(owner) && labels[label.lab] === labelValue(lab);
    return isOwn ? [found] : [];
  } catch (error) {
    if (isMissing(error) || isForbidden(error)) return [];
    throw error;
  }
}

/** Who may not look at it has not made it. */
const isForbidden = (error: unknown) => error instanceof ApiError && error.status === 403;

async function isThere(api: Api, namespace: string, lab: string): Promise<boolean> {
  try {
    const { metadata } = await api.get<KubeObject>(pathOf('ConfigMap', namespace, labRecordName(lab)));
    return metadata.deletionTimestamp === undefined;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** The same for labs that share a namespace with others: objects with the labels of a lab that has no record. */
export async function sweepIn(
  api: Api,
  namespace: string,
  owner: string,
  lab: string | undefined,
): Promise<string[]> {
  const labelSelector = selector({
    [label.owner]: ownerLabel(owner),
    ...(lab !== undefined && { [label.lab]: labelValue(lab) }),
  });
  const list = async (kind: string) => {
    const path = pathOf(kind, namespace);
    return (await api.get<KubeList<KubeObject>>(path, { query: { labelSelector } })).items;
  };
  let others: readonly KubeObject[];
  let maps: readonly KubeObject[];
  try {
    // Records last: one is made before what belongs to it.
    others = (await Promise.all([list('Pod'), list('Service')])).flat();
    maps = await list('ConfigMap');
  } catch (error) {
    if (lab !== undefined && isForbidden(error)) return [];
    throw error;
  }
  const named = (object: KubeObject) => object.metadata.labels?.[label.lab] ?? '';
  const recorded = new Set(
    maps.filter(({ metadata }) => metadata.labels?.[label.record] === 'lab').map(named),
  );
  const left = [...new Set([...others, ...maps].map(named))].filter((name) => !recorded.has(name));
  await Promise.all(
    left.map((name) => {
      const identity: LabIdentity = { lab: name, sandbox: '', folder: '', owner, networks: [] };
      return removeLab({ api, identity, namespace, ownsNamespace: false });
    }),
  );
  return left;
}
