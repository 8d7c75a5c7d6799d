import type { V1PodSecurityContext, V1SecurityContext } from '@kubernetes/client-node';
import { LabError } from '../../../error.ts';
import type { ContainerSpec, NodeSpec } from '../../node-spec.ts';
import type { Security } from './options.ts';

/** Users that images have, by name: Debian's, and those of the stock images of Node and Envoy. */
const known: Readonly<Record<string, number>> = {
  root: 0,
  daemon: 1,
  bin: 2,
  'www-data': 33,
  envoy: 101,
  node: 1000,
  nobody: 65534,
};

/** Who runs a container that names nobody, where root may not: the user `node` of Node's image. */
const RESTRICTED_USER = 1000;

/** Every port may be opened in a node, whoever a container runs as; a safe sysctl, also with restricted pods. */
const anyPort = [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '0' }];

/** What holds for all containers of a pod. */
export function podSecurity(security: Security): V1PodSecurityContext {
  return { ...(security !== 'image' && { seccompProfile: { type: 'RuntimeDefault' } }), sysctls: anyPort };
}

/**
 * Who runs a container, and what it may do. An image of a registry that names no user here keeps its own, where the cluster does
 * not choose one.
 *
 * @throws LabError `invalid` when a container's user is a name that only its image could tell
 */
export function containerSecurity(
  node: Pick<NodeSpec, 'group'>,
  container: Pick<ContainerSpec, 'name' | 'user' | 'rootfs'>,
  security: Security,
): V1SecurityContext | undefined {
  const user = container.user === undefined ? undefined : userOf(node, container.name, container.user);
  if (security === 'image') return user;
  const limits = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
  if (security === 'openshift') return { runAsNonRoot: true, ...limits };
  if (user?.runAsUser === 0) return user;
  if (user === undefined && container.rootfs.reference !== undefined) return undefined;
  return { runAsNonRoot: true, ...(user ?? { runAsUser: RESTRICTED_USER }), ...limits };
}

function userOf(
  { group }: Pick<NodeSpec, 'group'>,
  name: string,
  user: string,
): { runAsUser: number; runAsGroup?: number } {
  const [id, groupId] = user.split(':').map((word) => (/^\d+$/.test(word) ? Number(word) : known[word]));
  if (id !== undefined && (groupId !== undefined || !user.includes(':'))) {
    return { runAsUser: id, ...(groupId !== undefined && { runAsGroup: groupId }) };
  }
  throw new LabError(
    'invalid',
    `${group}/${name} runs as "${user}", and Kubernetes knows users by number only`,
    {
      hint: 'write its number as user: 1000, or 1000:1000 with a group',
    },
  );
}
