import { setMaxListeners } from 'node:events';
import { LabError } from '../../error.ts';
import type { LabIdentity, RootfsSpec } from '../node-spec.ts';
import type { PrepareOptions, ProbeReport, RunningLab, Runtime } from '../runtime.ts';
import { Agent } from './agent/agent.ts';
import { Api } from './api/api.ts';
import { ApiError, doing, explain, isConflict, isMissing } from './api/failure.ts';
import {
  type Access,
  findKubeconfig,
  formatPlace,
  noKubeconfig,
  type Place,
  readAccess,
} from './api/kubeconfig.ts';
import { type ConfigMap, type KubeList, type KubeObject, pathOf } from './api/objects.ts';
import { KubernetesLab } from './kubernetes-lab.ts';
import { annotation, label, labelValue, labLabels, ownerLabel, selector } from './labels.ts';
import { requireOurs } from './lifecycle/apply.ts';
import { namespaceGone, removeNamespace } from './lifecycle/remove.ts';
import { sweepIn, sweepNamespaces } from './lifecycle/sweep.ts';
import { CAVEATS, SERVICE_NAMES } from './limits.ts';
import { labNamespace, labRecordName } from './names.ts';
import type { LabAt } from './place.ts';
import { hasSame, identityAnnotations, identityOf, labRecord } from './records.ts';
import { missingForLabs, noRights, requireRights, withoutRights } from './required-rights.ts';
import { runsAlready, runsElsewhere } from './runs-already.ts';

type Env = Readonly<Record<string, string | undefined>>;

export interface KubernetesRuntimeOptions {
  /** Which cluster and namespace; what KUBECONFIG and ENVOY_LAB_NAMESPACE say when undefined. */
  readonly place?: Place | undefined;
  readonly env: Env;
  readonly stateDir: string;
  /** Whose labs these are, as text; those of others are not touched. */
  readonly owner: string;
  /** Interpreter, its options, and the file that runs the agent. */
  readonly agent: readonly string[];
}

/** How long a cluster may take to say that it is there, in ms. */
const PROBE_MS = 4000;

/** Runs labs on a Kubernetes cluster. Its code that reads a kubeconfig is loaded when it is first used. */
export class KubernetesRuntime implements Runtime {
  readonly name = 'kubernetes';
  readonly programs = 'image';
  readonly balances = true;
  readonly namesFollow = true;
  readonly names = SERVICE_NAMES;
  readonly #options: KubernetesRuntimeOptions;
  readonly #place: Place | undefined;
  #api: Promise<Api> | undefined;
  #context: string | undefined;

  constructor(options: KubernetesRuntimeOptions) {
    this.#options = options;
    this.#place = options.place ?? placeOf(options.env);
    this.#context = this.#place?.context;
  }

  /** Known for sure once the kubeconfig has been read. */
  get endpoint(): string {
    return this.#place === undefined
      ? ''
      : formatPlace({ ...this.#place, ...(this.#context !== undefined && { context: this.#context }) });
  }

  /** @throws LabError when there is no kubeconfig */
  #connect(): Promise<Api> {
    const place = this.#place;
    if (place === undefined) return Promise.reject(noKubeconfig(this.#options.env));
    this.#api ??= readAccess(place).then(
      (access: Access) => {
        this.#context = access.context;
        return new Api(access);
      },
      (error: unknown) => {
        this.#api = undefined;
        throw error;
      },
    );
    return this.#api;
  }

  async probe(): Promise<ProbeReport> {
    const nothing = { available: false, mode: 'none', caveats: [] };
    try {
      const api = await this.#connect();
      const { server, context } = api.access;
      const limits = { patienceMs: 0, signal: AbortSignal.timeout(PROBE_MS) };
      // Rights may be asked for one by one, all at once.
      setMaxListeners(0, limits.signal);
      const namespace = this.#place?.namespace;
      const [{ gitVersion }, missing] = await Promise.all([
        api.get<{ gitVersion: string }>('/version', limits),
        missingForLabs(api, namespace, limits),
      ]);
      const where = namespace === undefined ? 'a namespace each lab' : `namespace ${namespace}`;
      const detail = `Kubernetes ${gitVersion} at ${server} (context ${context}), ${where}`;
      if (missing.needed.length > 0) {
        const { message, hint } = noRights(missing.needed, namespace);
        return { ...nothing, detail: `${detail}: ${message}`, ...(hint !== undefined && { hint }) };
      }
      const lacking = missing.useful.length === 0 ? [] : [withoutRights(missing.useful)];
      return { available: true, mode: 'cluster', detail, caveats: [...lacking, ...CAVEATS] };
    } catch (error) {
      const late = (error as Error).name === 'AbortError' || (error as Error).name === 'TimeoutError';
      const { message, hint } = late
        ? new LabError('runtime', `the Kubernetes API server does not answer within ${PROBE_MS / 1000} s`, {
            hint: 'kubectl version asks it too',
          })
        : explain(error);
      return { ...nothing, detail: message, ...(hint !== undefined && { hint }) };
    }
  }

  async list(): Promise<string[]> {
    const api = await this.#connect();
    const namespace = this.#place?.namespace;
    const labelSelector = selector({ [label.owner]: ownerLabel(this.#options.owner) });
    return doing('list labs', async () => {
      if (namespace !== undefined) {
        const query = { labelSelector: `${labelSelector},${label.record}=lab` };
        const { items } = await api.get<KubeList<ConfigMap>>(pathOf('ConfigMap', namespace), { query });
        return items.map((item) => identityOf(item).identity.lab).sort();
      }
      const { items } = await api.get<KubeList<KubeObject>>('/api/v1/namespaces', {
        query: { labelSelector },
      });
      const own = items.filter(
        ({ metadata }) =>
          metadata.deletionTimestamp === undefined && metadata.annotations?.[annotation.identity],
      );
      return own.map((item) => identityOf(item).identity.lab).sort();
    });
  }

  #at(api: Api, identity: LabIdentity): LabAt {
    const namespace = this.#place?.namespace;
    return {
      api,
      identity,
      namespace: namespace ?? labNamespace(identity.lab),
      ownsNamespace: namespace === undefined,
    };
  }

  #lab(lab: LabAt): KubernetesLab {
    const { agent, stateDir, env } = this.#options;
    const place = { ...this.#place!, context: lab.api.access.context };
    return new KubernetesLab(lab, new Agent({ command: agent, stateDir, env, place }, lab), env);
  }

  async open(lab: string): Promise<RunningLab | undefined> {
    const api = await this.#connect();
    const namespace = this.#place?.namespace ?? labNamespace(lab);
    return doing(`look for lab ${lab}`, async () => {
      try {
        const found = await api.get<ConfigMap>(pathOf('ConfigMap', namespace, labRecordName(lab)));
        if (found.metadata.deletionTimestamp !== undefined || !this.#isMine(found)) return undefined;
        return this.#lab(this.#at(api, identityOf(found).identity));
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    });
  }

  #isMine({ metadata }: KubeObject): boolean {
    return metadata.labels?.[label.owner] === ownerLabel(this.#options.owner);
  }

  /** The machines of the cluster pull images themselves: what cannot be had is told when a node starts. */
  async prepare(_images: readonly RootfsSpec[], { signal }: PrepareOptions): Promise<void> {
    signal.throwIfAborted();
    await this.#connect();
  }

  async create(identity: LabIdentity): Promise<RunningLab> {
    const api = await this.#connect();
    const lab = this.#at(api, identity);
    const createdAt = Date.now();
    await doing(`create lab ${identity.lab}`, async () => {
      if (lab.ownsNamespace) await this.#createNamespace(lab, createdAt);
      try {
        await requireRights(lab);
        const body = labRecord(identity, createdAt);
        const isMade = (there: KubeObject) =>
          hasSame(annotation.createdAt, body, there) && this.#isMine(there);
        await api.json('POST', pathOf('ConfigMap', lab.namespace), { body, isMade });
      } catch (error) {
        if (isConflict(error)) await this.#taken(lab, error);
        if (lab.ownsNamespace) await removeNamespace(lab).catch(() => {});
        else if (isMissing(error)) {
          throw new LabError('runtime', `there is no namespace ${lab.namespace}`, {
            hint: 'make it, or leave --namespace away: then the lab makes its own',
            cause: error,
          });
        }
        throw error;
      }
    });
    return this.#lab(lab);
  }

  /** @throws LabError that says who has a lab's record */
  async #taken(lab: LabAt, cause: unknown): Promise<never> {
    const { api, namespace, identity } = lab;
    const name = labRecordName(identity.lab);
    await requireOurs(lab, 'ConfigMap', name);
    const there = await api.get<ConfigMap>(pathOf('ConfigMap', namespace, name));
    throw this.#isMine(there)
      ? runsAlready(identity, namespace, cause)
      : runsElsewhere(identity, namespace, cause);
  }

  async #createNamespace(lab: LabAt, createdAt: number): Promise<void> {
    const { api, namespace, identity } = lab;
    const body = {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name: namespace,
        labels: labLabels(identity),
        annotations: identityAnnotations(identity, createdAt),
      },
    };
    for (let tries = 1; ; tries++) {
      try {
        const isMade = (there: KubeObject) =>
          hasSame(annotation.createdAt, body, there) && this.#isMine(there);
        await api.json('POST', '/api/v1/namespaces', { body, isMade });
        return;
      } catch (error) {
        if (!(error instanceof ApiError) || !isConflict(error) || tries === 3) throw error;
        const found = await api
          .get<KubeObject>(`/api/v1/namespaces/${namespace}`)
          .catch((missing: unknown) => {
            if (isMissing(missing)) return undefined;
            throw missing;
          });
        if (found === undefined) continue;
        if (found.metadata.deletionTimestamp === undefined) {
          if (found.metadata.labels?.[label.lab] === labelValue(identity.lab)) {
            if (this.#isMine(found)) throw runsAlready(identity, namespace, error);
            throw runsElsewhere(identity, namespace, error);
          }
          throw new LabError('runtime', `namespace ${namespace} is there already, and is no lab's`, {
            hint: 'give the lab another name with --name, or say --namespace',
            cause: error,
          });
        }
        // The one before it is on its way out.
        await namespaceGone({ api, namespace });
      }
    }
  }

  /** Takes away what is left of labs whose record is gone: an end that was cut off. */
  async sweep(lab?: string): Promise<string[]> {
    if (this.#place === undefined) return [];
    const { namespace } = this.#place;
    const api = await this.#connect();
    const { owner } = this.#options;
    return doing('sweep', () =>
      namespace === undefined ? sweepNamespaces(api, owner, lab) : sweepIn(api, namespace, owner, lab),
    );
  }
}

/** The cluster that the environment names; undefined when it names none. */
export function placeOf(env: Env): Place | undefined {
  const found = findKubeconfig(env);
  if (found === undefined) return undefined;
  const namespace = env.ENVOY_LAB_NAMESPACE;
  return { kubeconfig: found.paths, ...(namespace && { namespace }) };
}

/** The same as it is written down: with its context, where the kubeconfig can be read. */
export async function endpointOf(env: Env): Promise<string | undefined> {
  const place = placeOf(env);
  if (place === undefined) return undefined;
  const access = await readAccess(place).catch(() => undefined);
  return formatPlace({ ...place, ...(access !== undefined && { context: access.context }) });
}
