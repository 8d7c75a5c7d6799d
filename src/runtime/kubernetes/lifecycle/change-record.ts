import { LabError } from '../../../error.ts';
import { isConflict, isMissing } from '../api/failure.ts';
import { type ConfigMap, pathOf } from '../api/objects.ts';
import { annotation } from '../labels.ts';
import { nodeRecordName } from '../names.ts';
import type { LabAt } from '../place.ts';
import { type NodeRecord, nodeRecordOf } from '../records.ts';

export type RecordChange = Partial<Pick<NodeRecord, 'published' | 'started' | 'ended'>>;

/**
 * Changes what is written down of a node, over changes by others in between.
 * @throws LabError `runtime` when the node is gone
 */
export async function changeRecord(
  { api, namespace }: LabAt,
  node: string,
  change: (record: NodeRecord) => RecordChange,
): Promise<NodeRecord> {
  const path = pathOf('ConfigMap', namespace, nodeRecordName(node));
  for (let tries = 1; ; tries++) {
    try {
      const record = nodeRecordOf(await api.get<ConfigMap>(path));
      const { published, started, ended } = { ...record, ...change(record) };
      const body = {
        metadata: {
          resourceVersion: record.resourceVersion,
          annotations: {
            [annotation.published]: JSON.stringify(published),
            [annotation.started]: JSON.stringify(started),
            [annotation.ended]: JSON.stringify(ended),
          },
        },
      };
      return nodeRecordOf(
        await api.json<ConfigMap>('PATCH', path, { body, type: 'application/merge-patch+json' }),
      );
    } catch (error) {
      if (isMissing(error)) throw new LabError('runtime', `node ${node} is gone`, { cause: error });
      if (!isConflict(error) || tries === 10) throw error;
    }
  }
}
