import { ownIdentity } from '../../../process/identity.ts';
import { Api } from '../api/api.ts';
import { type Change, follow } from '../api/follow.ts';
import { readAccess } from '../api/kubeconfig.ts';
import { type ConfigMap, type KubeObject, type Pod, pathOf } from '../api/objects.ts';
import { label } from '../labels.ts';
import { nodesOf } from '../list.ts';
import { labRecordName } from '../names.ts';
import { type LabAt, ofLab } from '../place.ts';
import { connectTo } from '../reach/reach.ts';
import type { NodeObject } from '../states.ts';
import { applied } from '../watch/applied.ts';
import type { AgentConfig } from './config.ts';
import { Listeners } from './listeners.ts';
import { removeState, writeState } from './state.ts';

/**
 * Keeps a lab's published ports open until the lab is gone. Each connection goes to the pod that the node has by then; an API
 * server that is away is waited for, however long.
 *
 * @param ready told once, when the ports there are by then are open
 */
export async function runAgent(config: AgentConfig, ready: () => void): Promise<void> {
  const { identity, place, namespace, ownsNamespace, file } = config;
  const lab: LabAt = { api: new Api(await readAccess(place)), identity, namespace, ownsNamespace };
  writeState(file, { ...ownIdentity(), open: [], refused: [] });
  const over = new AbortController();
  let maps: Map<string, ConfigMap> | undefined;
  let pods: Map<string, Pod> | undefined;
  let nodes: readonly NodeObject[] = [];
  const listeners = new Listeners(async (name, port) => {
    const node = nodes.find(({ record }) => record.spec.name === name);
    if (node === undefined) throw new Error(`node ${name} is gone`);
    return connectTo(lab, node, port, { nodes, sure: false });
  });
  const show = async () => {
    if (maps === undefined || pods === undefined) return;
    if (!maps.has(labRecordName(identity.lab))) {
      over.abort();
      return;
    }
    nodes = nodesOf([...maps.values()], [...pods.values()]);
    const ports = nodes.flatMap(({ record }) =>
      record.published.map((port) => ({ node: record.spec.name, ...port })),
    );
    await listeners.become(ports);
    if (over.signal.aborted) return;
    writeState(file, { ...ownIdentity(), ...listeners.ports });
    ready();
  };
  const keep = async <T extends KubeObject>(
    kind: string,
    labelSelector: string,
    apply: (change: Change<T>) => void,
  ) => {
    const options = {
      path: pathOf(kind, namespace),
      query: { labelSelector },
      signal: over.signal,
      patienceMs: Number.MAX_SAFE_INTEGER,
    };
    for await (const change of follow<T>(lab.api, options)) {
      apply(change);
      await show();
    }
  };
  try {
    await Promise.all([
      keep<ConfigMap>('ConfigMap', `${ofLab(identity.lab)},${label.record}`, (change) => {
        maps = applied(maps, change);
      }),
      keep<Pod>('Pod', ofLab(identity.lab), (change) => {
        pods = applied(pods, change);
      }),
    ]);
  } finally {
    over.abort();
    await listeners.become([]);
    removeState(file);
    lab.api.close();
  }
}
