import type Docker from 'dockerode';
import { LabError } from '../../../error.ts';
import type { ContainerSpec, NodeSpec } from '../../node-spec.ts';
import { doing, isNameTaken } from '../errors.ts';
import { putFiles } from '../files.ts';
import { label } from '../labels.ts';
import type { ContainerObject } from '../objects.ts';
import { containerOptions } from '../translate/container.ts';
import { checkUserOf } from './check-user.ts';
import { checkVolumes } from './check-volumes.ts';
import type { LabAt } from './lab-at.ts';

/** How a container is put into its node. */
export interface ContainerRequest {
  readonly holder: string;
  readonly image: string;
  readonly revision?: number;
  /** Told each id as soon as the container is there, so that it can be taken back. */
  readonly made: (id: string) => void;
}

/** Makes a container of a node that is there, with all its files, and does not start it. */
export function makeContainer(
  { engine, identity }: LabAt,
  node: NodeSpec,
  spec: ContainerSpec,
  { holder, image, revision, made }: ContainerRequest,
): Promise<ContainerObject> {
  const where = `${node.name}/${spec.name}`;
  return doing(`create ${where}`, async () => {
    checkVolumes(engine, where, spec);
    const place = { holder, image, revision, dialect: engine.dialect };
    const options = containerOptions(identity, node, spec, place);
    const { id } = await createContainer(engine.docker, options);
    made(id);
    // The image's own files are in the image.
    const files = spec.files;
    if (files.length > 0) await putFiles(engine.docker, id, files);
    await checkUserOf(engine, where, id, spec.user);
    return { id, spec, status: 'created' };
  });
}

/** Makes a container; what has its name and is a leftover of the same node goes first. */
export async function createContainer(
  docker: Docker,
  options: Docker.ContainerCreateOptions,
): Promise<Docker.Container> {
  try {
    return await docker.createContainer(options);
  } catch (error) {
    if (!isNameTaken(error)) throw error;
    await makeRoom(docker, options, error);
    return docker.createContainer(options);
  }
}

async function makeRoom(
  docker: Docker,
  { name = '', Labels: wanted = {} }: Docker.ContainerCreateOptions,
  cause: unknown,
): Promise<void> {
  const found = await docker.getContainer(name).inspect();
  const labels = found.Config.Labels ?? {};
  const lab = wanted[label.lab];
  if (labels[label.lab] === undefined) {
    throw new LabError('runtime', `there is a container ${name} already, which is not envoy-lab's`, {
      hint: `give the lab another name with --name, or remove that container if it is yours: docker rm ${name}`,
      cause,
    });
  }
  if (labels[label.lab] !== lab || labels[label.owner] !== wanted[label.owner]) {
    throw new LabError('runtime', `container ${name} is of another lab`, {
      hint: 'give this one another name with --name',
      cause,
    });
  }
  // A container of ours in a node whose holder was only now made has lost the one it was made for.
  if (labels[label.container] === undefined) {
    throw new LabError('runtime', `node ${wanted[label.node]} exists already`, { cause });
  }
  await docker.getContainer(found.Id).remove({ force: true, v: true });
}
