import type Docker from 'dockerode';
import type { ContainerSpec, LabIdentity, NodeSpec } from '../../node-spec.ts';
import type { Dialect } from '../dialect.ts';
import { containerLabels } from '../labels.ts';
import { containerName } from '../names.ts';

export interface ContainerPlace {
  /** Id of the node's holder. */
  readonly holder: string;
  readonly image: string;
  /** See `containerLabels`. */
  readonly revision?: number | undefined;
  readonly dialect: Dialect;
}

/**
 * A container that joins its node, in the engine's words. It shares the holder's processes too: then none of its own is
 * process 1, which would not hear the signals it has no handler for, and all of them end with their node.
 */
export function containerOptions(
  identity: LabIdentity,
  node: NodeSpec,
  container: ContainerSpec,
  { holder, image, revision, dialect }: ContainerPlace,
): Docker.ContainerCreateOptions {
  const { argv, args, env, user, workdir, volumes } = container;
  const asItIs = container.rootfs.reference !== undefined;
  return {
    name: containerName(identity.lab, node.name, container.name),
    Image: image,
    // Without a command of its own an image's is run; an entrypoint takes the image's arguments away.
    ...(argv.length > 0 ? { Entrypoint: [...argv], Cmd: [] } : args === undefined ? {} : { Cmd: [...args] }),
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    ...(user === undefined ? {} : { User: user }),
    ...(workdir === undefined ? {} : { WorkingDir: workdir }),
    ...(dialect.joinersNeedHostname ? { Hostname: node.name } : {}),
    // An image of a registry may say by which signal it wants to be stopped.
    ...(asItIs ? {} : { StopSignal: 'SIGTERM' }),
    Labels: { ...containerLabels(identity, node, container, revision) },
    HostConfig: {
      ...dialect.hostConfig,
      NetworkMode: `container:${holder}`,
      PidMode: `container:${holder}`,
      Mounts: volumes.map(({ hostPath, path, readOnly }) => ({
        Type: 'bind',
        Source: hostPath,
        Target: path,
        ReadOnly: readOnly,
      })),
      // What the engine does by default may be something it cannot read back.
      LogConfig: { Type: 'json-file', Config: {} },
    },
  };
}
