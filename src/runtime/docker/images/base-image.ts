import { LabError } from '../../../error.ts';
import type { RootfsSpec } from '../../node-spec.ts';
import { baseTools, isCommon } from './base-layer.ts';
import type { ImageMachine } from './machine.ts';

/**
 * Why an image is pulled instead of being assembled from the machine's files; undefined: it is assembled.
 * One that could be assembled and names nothing to pull is assembled, also when all were to be pulled.
 */
export function whyPulled(rootfs: RootfsSpec, pull: boolean, { platform }: ImageMachine): string | undefined {
  if (platform !== 'linux') return 'this machine is no Linux, whose programs containers could run';
  const missing = missingPrograms(rootfs);
  if (missing.length > 0) return `${missing.join(' and ')} not found on this machine`;
  return pull && pulledBase(rootfs) !== undefined ? 'as asked for with --pull' : undefined;
}

/**
 * The image to start from, in full: `docker.io/library/node:20-slim`.
 * @throws LabError `runtime` when none is named, and only its own could have the programs
 */
export function baseToPull(rootfs: RootfsSpec, why: string, { env }: ImageMachine): string {
  const base = pulledBase(rootfs);
  if (base !== undefined) return fullRef(base, env.ENVOY_LAB_REGISTRY || undefined);
  const wanted = rootfs.programs.map(({ name }) => name).filter((name) => !isCommon(name));
  throw new LabError(
    'runtime',
    `image ${rootfs.name} cannot be made: ${why}, and nothing says where to pull it from`,
    {
      hint: `install ${wanted.join(', ')}, or name an image that has it with base: in an image.yaml (docs/image.md)`,
    },
  );
}

/** Names a registry where the reference does not: its own, or Docker Hub, as engines do. */
export function fullRef(ref: string, registry = 'docker.io'): string {
  const [first = '', ...rest] = ref.split('/');
  if (rest.length > 0 && /[.:]|^localhost$/.test(first)) return ref;
  return `${registry}/${rest.length === 0 ? 'library/' : ''}${ref}`;
}

function pulledBase({ base, programs }: RootfsSpec): string | undefined {
  if (base !== undefined) return base;
  return programs.every(({ name }) => isCommon(name)) ? nodeImage : undefined;
}

/** Has node, a shell and the usual tools; of the version that runs this. */
const nodeImage = `node:${process.versions.node.split('.')[0]}-slim`;

function missingPrograms({ programs }: RootfsSpec): string[] {
  return programs.flatMap(({ name, hostPath }) =>
    hostPath !== undefined || baseTools.includes(name) ? [] : [name],
  );
}
