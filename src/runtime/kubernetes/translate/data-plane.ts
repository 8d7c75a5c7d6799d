import { gzipSync } from 'node:zlib';
import type { V1ConfigMap, V1ObjectMeta, V1Volume } from '@kubernetes/client-node';
import { LabError } from '../../../error.ts';
import type { ContainerSpec, LabIdentity, NodeSpec } from '../../node-spec.ts';
import { configMaps, type KeyedFile } from './config-maps.ts';
import type { HostContents } from './host-files.ts';

/** Where the bundled data plane is mounted. */
export const dataPlaneFolder = '/usr/local/lib/envoy-lab';
/** Where its start file is in a container; manifests are recognized by it (src/manifest/resolve/envoy.ts). */
export const dataPlaneStart = `${dataPlaneFolder}/start.mjs`;
const volumeName = 'data-plane';
/** What one part holds, in bytes: with it a ConfigMap is small enough for `kubectl apply`. */
const PART = 140_000;

/** Puts the data plane together from the parts beside it, and starts it with Envoy's flags. */
const start = `import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
const parts = readdirSync('${dataPlaneFolder}').filter((name) => name.startsWith('part-')).sort();
const packed = Buffer.concat(parts.map((name) => readFileSync('${dataPlaneFolder}/' + name)));
const bundle = '/tmp/envoy-lab-proxy.mjs';
writeFileSync(bundle, gunzipSync(packed));
const { run } = await import(bundle);
await run();
`;

/** Whether a container runs our own data plane. */
export function isDataPlane({ kind, engine }: Pick<ContainerSpec, 'kind' | 'engine'>): boolean {
  return kind === 'engine' && engine === 'ts';
}

/** The command of a container that runs it: the image's `node`, and Envoy's flags. */
export function dataPlaneCommand({ argv }: Pick<ContainerSpec, 'argv'>): string[] {
  return ['node', dataPlaneStart, ...argv.slice(1)];
}

/** The ConfigMaps that hold it, for all its containers; none where no container runs it. */
export function dataPlaneMaps(
  identity: LabIdentity,
  nodes: readonly NodeSpec[],
  { contents, metadata }: { readonly contents: HostContents; readonly metadata: V1ObjectMeta },
): V1ConfigMap[] {
  const container = nodes.flatMap(({ containers }) => containers).find(isDataPlane);
  if (container === undefined) return [];
  const packed = gzipSync(bundleOf(container, contents), { level: 9 });
  const files: KeyedFile[] = [{ key: 'start.mjs', content: Buffer.from(start), shown: 'start.mjs' }];
  for (let at = 0; at < packed.length; at += PART) {
    const key = `part-${String(at / PART + 1).padStart(2, '0')}`;
    files.push({ key, content: packed.subarray(at, at + PART), shown: 'the data plane' });
  }
  return configMaps(`${identity.lab}-data-plane`, files, { owner: identity.lab, metadata });
}

/** The file of the container's image that is the whole data plane. */
export function bundleOf({ rootfs }: ContainerSpec, contents: HostContents): Buffer {
  const file = rootfs.files.find(({ path }) => path.endsWith('.mjs'));
  const from = file?.from;
  const found = from !== undefined && 'hostPath' in from ? contents.get(from.hostPath)?.[0] : undefined;
  if (found !== undefined) return found.content;
  throw new LabError('runtime', "the data plane's bundle is missing", { hint: 'build it: npm run build' });
}

export const dataPlaneMount = { name: volumeName, mountPath: dataPlaneFolder, readOnly: true } as const;

/** The volume that mounts all of its ConfigMaps as one folder. */
export function dataPlaneVolume(maps: readonly V1ConfigMap[]): V1Volume {
  return {
    name: volumeName,
    projected: { sources: maps.map(({ metadata }) => ({ configMap: { name: metadata!.name! } })) },
  };
}
