import type { Change } from '../api/follow.ts';
import type { KubeObject } from '../api/objects.ts';

/** Objects by name after a change. */
export function applied<T extends KubeObject>(
  known: ReadonlyMap<string, T> | undefined,
  change: Change<T>,
): Map<string, T> {
  if (change.kind === 'all') return new Map(change.objects.map((object) => [object.metadata.name, object]));
  const map = new Map(known);
  const { name, uid } = change.object.metadata;
  if (change.kind === 'changed') map.set(name, change.object);
  // The end of one that has been replaced since is no end.
  else if (map.get(name)?.metadata.uid === uid) map.delete(name);
  return map;
}
