import { writeOldYaml } from '../../../document/write.ts';
import { LabError } from '../../../error.ts';
import type { HostContents } from '../../../runtime/kubernetes/translate/host-files.ts';
import type { ImageNames } from '../../../runtime/kubernetes/translate/options.ts';
import type { LabSpec } from '../../lab-spec.ts';
import type { ExportedFile } from '../export.ts';
import { comments } from '../manifest.ts';
import { ComposeConfigs } from './files.ts';
import type { ComposeFile } from './model.ts';
import { nodeServices } from './services.ts';

export interface ComposeOptions {
  readonly contents: HostContents;
  readonly images: ImageNames;
  /** Files beside the Compose file, in place of in it. */
  readonly beside: boolean;
}

/**
 * A lab as a Compose file. Pure.
 * @throws LabError `invalid` when it has what no stock image has, a file that is no text and stands in the Compose file, or two
 * containers that would be one service
 */
export function composeFiles(
  { identity, nodes }: LabSpec,
  { contents, images, beside }: ComposeOptions,
): { readonly text: string; readonly files: readonly ExportedFile[] } {
  const configs = new ComposeConfigs(contents, beside);
  const named = nodes.flatMap((node) => nodeServices(node, { nodes, images, configs }));
  const services = Object.fromEntries(named);
  const twice = named.find(([name, service]) => services[name] !== service)?.[0];
  if (twice !== undefined) {
    throw new LabError('invalid', `two services of the Compose file would be called ${twice}`, {
      hint: 'a container of several is called as its node and itself: give a node or a container another name in sandbox.yaml',
    });
  }
  const networks = identity.networks.filter((name) => name !== 'default');
  const file: ComposeFile = {
    name: identity.lab,
    services,
    ...(networks.length > 0 && { networks: Object.fromEntries(networks.map((name) => [name, {}])) }),
    ...(Object.keys(configs.configs).length > 0 && { configs: configs.configs }),
  };
  const head = [
    `The sandbox ${identity.sandbox} of envoy-lab, for Docker Compose 2.23.1 or newer.`,
    '',
    '  docker compose up --wait',
    '  docker compose down',
  ];
  return { text: `${comments(head)}${writeOldYaml(escapeDollars(file))}`, files: configs.files };
}

/** Compose puts variables in for `$NAME` and `${NAME}`, and takes two dollars for one. */
function escapeDollars<T>(value: T): T {
  if (typeof value === 'string') return value.replaceAll('$', '$$$$') as T;
  if (Array.isArray(value)) return value.map(escapeDollars) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, escapeDollars(member)])) as T;
}
