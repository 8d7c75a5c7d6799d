import { isUtf8 } from 'node:buffer';
import { gzipSync } from 'node:zlib';
import { LabError } from '../../../error.ts';
import {
  bundleOf,
  dataPlaneFolder,
  dataPlaneStart,
  isDataPlane,
} from '../../../runtime/kubernetes/translate/data-plane.ts';
import type { HostContents } from '../../../runtime/kubernetes/translate/host-files.ts';
import { type PlacedFile, placeFiles } from '../../../runtime/kubernetes/translate/place-files.ts';
import type { ContainerSpec, NodeSpec } from '../../../runtime/node-spec.ts';
import type { ExportedFile } from '../export.ts';
import type { ComposeFile, ComposeService } from './model.ts';

type Configs = NonNullable<ComposeFile['configs']>;
type Mounts = NonNullable<ComposeService['configs']>;

const COLUMNS = 100;

/** Starts the data plane that is beside it. */
const startBeside = `const bundle = '${dataPlaneFolder}/envoy-lab-proxy.mjs';
const { run } = await import(bundle);
await run();
`;

/** Unpacks the data plane that is beside it as text, and starts it with Envoy's flags. */
const startPacked = `import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
const packed = Buffer.from(readFileSync('${dataPlaneFolder}/envoy-lab-proxy.mjs.gz.base64', 'utf8'), 'base64');
const bundle = '/tmp/envoy-lab-proxy.mjs';
writeFileSync(bundle, gunzipSync(packed));
const { run } = await import(bundle);
await run();
`;

/** Collects the files of containers: each is a config of the Compose file, with its content or with a file beside it. */
export class ComposeConfigs {
  readonly #contents: HostContents;
  readonly #beside: boolean;
  readonly #configs: Record<string, Configs[string]> = {};
  readonly #files: ExportedFile[] = [];
  /** Names of configs by the files they are. */
  readonly #sources = new Map<string, string>();
  #dataPlane: Mounts | undefined;

  constructor(contents: HostContents, beside: boolean) {
    this.#contents = contents;
    this.#beside = beside;
  }

  get configs(): Configs {
    return this.#configs;
  }

  get files(): readonly ExportedFile[] {
    return this.#files;
  }

  /**
   * What a container of a group mounts; replicas share it.
   * @throws LabError `invalid` when a file is no text, and none is written beside
   */
  mountsOf({ group }: Pick<NodeSpec, 'group'>, container: ContainerSpec): Mounts {
    const { files, directories } = placeFiles(container, this.#contents);
    const inside = [...directories].flatMap(([directory, inner]) =>
      inner.map((file) => ({ ...file, path: `${directory}/${file.path}` })),
    );
    const own = [...files, ...inside].map((file) => this.#add(group, container.name, file));
    return [...(isDataPlane(container) ? this.#dataPlaneMounts(container) : []), ...own];
  }

  #add(group: string, container: string, { path, content, mode }: PlacedFile): Mounts[number] {
    const file = `${group}/${container}${path}`;
    let source = this.#sources.get(file);
    if (source === undefined) {
      source = `${group}-${container}${path}`.replace(/[^a-zA-Z0-9._-]/g, '_');
      // Of /a/b and /a_b one has to be called otherwise.
      while (source in this.#configs) source += '_';
      this.#sources.set(file, source);
      this.#put(source, file, content, mode, `${path} of ${group}/${container}`);
    }
    return { source, target: path, ...(mode !== 0o644 && { mode }) };
  }

  #put(source: string, path: string, content: Buffer, mode: number, shown: string): void {
    if (this.#beside) {
      this.#configs[source] = { file: `./${path}` };
      this.#files.push({ path, content, mode });
      return;
    }
    if (!isUtf8(content) || content.includes(0)) {
      throw new LabError('invalid', `${shown} is no text, which a Compose file cannot hold`, {
        hint: 'write files beside it: -o DIRECTORY/',
      });
    }
    this.#configs[source] = { content: content.toString('utf8') };
  }

  /** One copy for all containers that run it. */
  #dataPlaneMounts(container: ContainerSpec): Mounts {
    if (this.#dataPlane !== undefined) return this.#dataPlane;
    const bundle = bundleOf(container, this.#contents);
    const name = this.#beside ? 'envoy-lab-proxy.mjs' : 'envoy-lab-proxy.mjs.gz.base64';
    const start = Buffer.from(this.#beside ? startBeside : startPacked);
    this.#put('data-plane-start', 'data-plane/start.mjs', start, 0o644, 'start.mjs');
    const content = this.#beside ? bundle : Buffer.from(lines(gzipSync(bundle, { level: 9 })));
    this.#put('data-plane', `data-plane/${name}`, content, 0o644, 'the data plane');
    this.#dataPlane = [
      { source: 'data-plane-start', target: dataPlaneStart },
      { source: 'data-plane', target: `${dataPlaneFolder}/${name}` },
    ];
    return this.#dataPlane;
  }
}

function lines(content: Buffer): string {
  const text = content.toString('base64');
  return `${(text.match(new RegExp(`.{1,${COLUMNS}}`, 'g')) ?? []).join('\n')}\n`;
}
