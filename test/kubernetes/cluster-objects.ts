import { setTimeout as delay } from 'node:timers/promises';
import { Api } from '../../src/runtime/kubernetes/api/api.ts';
import { isMissing } from '../../src/runtime/kubernetes/api/failure.ts';
import { readAccess } from '../../src/runtime/kubernetes/api/kubeconfig.ts';
import type { KubeList, KubeObject } from '../../src/runtime/kubernetes/api/objects.ts';
import { label, ownerLabel, selector } from '../../src/runtime/kubernetes/labels.ts';
import { signalMain } from '../../src/runtime/kubernetes/lifecycle/signal.ts';
import { labNamespace } from '../../src/runtime/kubernetes/names.ts';
import type { LabAt } from '../../src/runtime/kubernetes/place.ts';
import type { NodeObject } from '../../src/runtime/kubernetes/states.ts';
import type { Outside } from '../e2e/engine-life.ts';

/** What a cluster has of one owner's labs, seen and changed from outside of the command line. */
export class ClusterObjects implements Outside {
  readonly #api: Promise<Api>;
  readonly #owner: string;

  constructor(kubeconfig: string, owner: string) {
    this.#api = readAccess({ kubeconfig }).then((access) => new Api(access));
    this.#owner = owner;
  }

  async list(): Promise<string[]> {
    const api = await this.#api;
    const query = { labelSelector: selector({ [label.owner]: ownerLabel(this.#owner) }) };
    const kinds = ['namespaces', 'pods', 'services', 'configmaps'];
    const lists = await Promise.all(
      kinds.map(async (kind) => {
        const { items } = await api.get<KubeList<KubeObject>>(`/api/v1/${kind}`, { query });
        return items.map(({ metadata }) => `${kind.slice(0, -1)} ${metadata.name}`);
      }),
    );
    return lists.flat().sort();
  }

  async untilAny(): Promise<void> {
    const deadline = Date.now() + 30_000;
    while ((await this.list()).length === 0) {
      if (Date.now() > deadline) throw new Error('nothing of a lab has appeared in the cluster');
      await delay(20);
    }
  }

  async kill(lab: string, node: string, container: string): Promise<void> {
    const at = { api: await this.#api, namespace: labNamespace(lab) } as LabAt;
    await signalMain(at, { record: { spec: { name: node } } } as NodeObject, container, 'SIGKILL');
  }

  /** Deletes a pod, as others do who use the cluster. */
  async deletePod(lab: string, pod: string): Promise<void> {
    const api = await this.#api;
    const path = `/api/v1/namespaces/${labNamespace(lab)}/pods/${pod}`;
    await api.json('DELETE', path, { body: { gracePeriodSeconds: 0 } });
    for (const deadline = Date.now() + 30_000; Date.now() < deadline; await delay(50)) {
      const gone = await api.get(path).then(
        () => false,
        (error: unknown) => isMissing(error),
      );
      if (gone) return;
    }
    throw new Error(`pod ${pod} does not go away`);
  }

  async close(): Promise<void> {
    (await this.#api).close();
  }
}
