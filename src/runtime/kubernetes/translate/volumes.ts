import type { V1ConfigMap, V1ObjectMeta, V1Volume, V1VolumeMount } from '@kubernetes/client-node';
import { LabError } from '../../../error.ts';
import type { ContainerSpec, NodeSpec } from '../../node-spec.ts';
import { dnsName } from '../names.ts';
import { configMaps, keysOf } from './config-maps.ts';
import type { HostContents } from './host-files.ts';
import { type PlacedFile, placeFiles } from './place-files.ts';

/** A container's files: the ConfigMaps that hold them, and how a pod mounts those. */
export interface ContainerFiles {
  readonly maps: readonly V1ConfigMap[];
  readonly volumes: readonly V1Volume[];
  readonly mounts: readonly V1VolumeMount[];
}

const DEFAULT_MODE = 0o644;

/**
 * @throws LabError `invalid` when a file is too large, or a folder of the host is shared
 */
export function containerFiles(
  node: Pick<NodeSpec, 'group'>,
  container: ContainerSpec,
  { contents, metadata }: { readonly contents: HostContents; readonly metadata: V1ObjectMeta },
): ContainerFiles {
  const owner = `${node.group}/${container.name}`;
  const [shared] = container.volumes;
  if (shared !== undefined) {
    throw new LabError(
      'invalid',
      `${owner} shares ${shared.hostPath} with this machine, which the machines of a cluster do not have`,
      { hint: 'give it a copy with files: in place of volumes:' },
    );
  }
  const { files, directories } = placeFiles(container, contents);
  const inDirectories = [...directories].flatMap(([directory, inner]) =>
    inner.map((file) => ({ ...file, whole: `${directory}/${file.path}` })),
  );
  const all = [...files.map((file) => ({ ...file, whole: file.path })), ...inDirectories];
  const keys = keysOf(all.map(({ whole }) => whole));
  const keyed = all.map(({ whole, content }) => ({ key: keys.get(whole)!, content, shown: whole }));
  const maps = configMaps(`${node.group}-${container.name}`, keyed, { owner, metadata });
  const sources = new Sources(maps);
  const volumes: V1Volume[] = [];
  const mounts: V1VolumeMount[] = [];
  if (files.length > 0) {
    const name = dnsName(`${container.name}-files`);
    volumes.push(
      sources.volume(
        name,
        items(files, (file) => ({ key: keys.get(file.path)! })),
      ),
    );
    for (const { path } of files) {
      mounts.push({ name, mountPath: path, subPath: keys.get(path)!, readOnly: true });
    }
  }
  for (const [number, [directory, inner]] of [...directories].entries()) {
    const name = dnsName(`${container.name}-folder${number === 0 ? '' : `-${number + 1}`}`);
    const placed = items(inner, (file) => ({ key: keys.get(`${directory}/${file.path}`)!, path: file.path }));
    volumes.push(inner.length === 0 ? { name, emptyDir: {} } : sources.volume(name, placed));
    mounts.push({ name, mountPath: directory, readOnly: inner.length > 0 });
  }
  return { maps, volumes, mounts };
}

interface Item {
  readonly key: string;
  readonly path: string;
  readonly mode?: number;
}

function items(
  files: readonly PlacedFile[],
  place: (file: PlacedFile) => { key: string; path?: string },
): Item[] {
  return files.map((file) => {
    const { key, path = key } = place(file);
    return { key, path, ...(file.mode !== DEFAULT_MODE && { mode: file.mode }) };
  });
}

/** Volumes of a container's ConfigMaps. */
class Sources {
  readonly #maps: readonly V1ConfigMap[];

  constructor(maps: readonly V1ConfigMap[]) {
    this.#maps = maps;
  }

  /** A volume with just these files. A list is written only where the ConfigMap is not simply that. */
  volume(name: string, wanted: readonly Item[]): V1Volume {
    const sources = this.#maps.flatMap((map) => {
      const keys = [...Object.keys(map.data ?? {}), ...Object.keys(map.binaryData ?? {})];
      const own = wanted.filter(({ key }) => keys.includes(key));
      if (own.length === 0) return [];
      const simple =
        own.length === keys.length && own.every((item) => item.key === item.path && item.mode === undefined);
      return [{ name: map.metadata!.name!, ...(!simple && { items: own }) }];
    });
    const [first] = sources;
    if (first !== undefined && sources.length === 1) return { name, configMap: first };
    return { name, projected: { sources: sources.map((configMap) => ({ configMap })) } };
  }
}
