import { enumSchema } from '../bootstrap/schema/schema.ts';
import type { EditNode } from '../document/edit/node.ts';

/** Values that have another name in v3. */
const renamed: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'envoy.config.cluster.v3.Cluster.LbPolicy': { ORIGINAL_DST_LB: 'CLUSTER_PROVIDED' },
  'envoy.config.listener.v3.FilterChainMatch.ConnectionSourceType': { LOCAL: 'SAME_IP_OR_LOOPBACK' },
};

/** An enum's value under the name it has in v3, in capitals as the API writes it. */
export function migrateEnum(node: EditNode, type: string): void {
  if (node.kind !== 'scalar' || /^[+-]?\d/.test(node.text)) return;
  const { values } = enumSchema(type)!;
  const wanted = node.text.toUpperCase();
  const found =
    values.find(({ name }) => name === node.text) ?? values.find(({ name }) => name.toUpperCase() === wanted);
  const name = found?.name ?? renamed[type]?.[wanted];
  // Another text is none of its values, which whoever checks the result says.
  if (name !== undefined) node.text = name;
}
