import type {
  V1ConfigMap,
  V1Deployment,
  V1Namespace,
  V1Pod,
  V1Service,
  V1StatefulSet,
} from '@kubernetes/client-node';
import type { HostContents } from './host-files.ts';
import type { LabelScheme } from './labels.ts';

/** Images that containers start from which name none of their own, in full. */
export interface ImageNames {
  /** Node and a shell: apps, commands, and the engine `ts`. */
  readonly node: string;
  /** The engine `envoy`, by its version such as `1.40.0`; needs `bash`. */
  readonly envoy: (version: string) => string;
  /** `sh`, `wget` and `nc`: what only waits. */
  readonly base: string;
  /** An image of ours that starts from one of a registry, by its name and that `base`. */
  readonly named: (name: string, base: string) => string;
}

/** What keeps a node's replicas alive. */
export type Workload =
  /** One for all replicas, whose pods are called as the nodes are. */
  | 'StatefulSet'
  /** One for all replicas, whose pods have names of the cluster's choice. */
  | 'Deployment'
  /** A pod for each, which nobody makes anew. */
  | 'Pod';

/**
 * What processes may do.
 *
 * - `image`: what the image says, so mostly root
 * - `restricted`: what the Pod Security Standard `restricted` asks for; a container that names a user keeps it
 * - `openshift`: the same, and the cluster gives each project its user id
 */
export type Security = 'image' | 'restricted' | 'openshift';

/** A port that the cluster balances over the ready replicas of a group. */
export interface BalancedPort {
  readonly name: string;
  readonly port: number;
  readonly targetPort: number;
}

export interface TranslateOptions {
  readonly images: ImageNames;
  /** Content of every host file the nodes mention: see `readHostFiles`. */
  readonly contents: HostContents;
  readonly labels: LabelScheme;
  /** Where the objects are; undefined: wherever they are applied. */
  readonly namespace?: string | undefined;
  readonly workload: Workload;
  readonly security: Security;
  /**
   * Ports of groups whose names lead to an address of the cluster's that balances, in place of the addresses of their
   * replicas; none: of no group.
   */
  readonly balanced?: ReadonlyMap<string, readonly BalancedPort[]> | undefined;
  /** Pods wait for the nodes that their containers depend on, where nobody else starts one after the other. */
  readonly waits: boolean;
}

/** The objects a lab is made of, with `apiVersion`, `kind` and `metadata.name`. */
export type LabObject = V1Namespace | V1ConfigMap | V1Service | V1StatefulSet | V1Deployment | V1Pod;

/**
 * The images there are, or those that the environment names in their place: `ENVOY_LAB_IMAGE_NODE`, `ENVOY_LAB_IMAGE_ENVOY`,
 * `ENVOY_LAB_IMAGE_BASE`, and for the base of image `my-app` `ENVOY_LAB_IMAGE_MY_APP`.
 */
export function imageNames(env: Readonly<Record<string, string | undefined>>): ImageNames {
  const envoy = env.ENVOY_LAB_IMAGE_ENVOY;
  return {
    node: env.ENVOY_LAB_IMAGE_NODE || 'docker.io/library/node:20-slim',
    envoy: (version) => envoy || `docker.io/envoyproxy/envoy:v${version}`,
    base: env.ENVOY_LAB_IMAGE_BASE || 'docker.io/library/busybox:stable',
    named: (name, base) => env[`ENVOY_LAB_IMAGE_${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`] || base,
  };
}
