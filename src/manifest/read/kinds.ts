import type * as z from 'zod';
import type { Shape } from '../schema/fields.ts';
import {
  configMap,
  daemonSet,
  job,
  plainWorkload,
  pod,
  secret,
  service,
  statefulSet,
  workload,
} from '../schema/objects.ts';

/** How objects of a kind are read. */
export interface Kind {
  readonly apiVersions: readonly string[];
  readonly shape: Shape;
  readonly schema: z.ZodType;
}

const apps = { apiVersions: ['apps/v1'], schema: workload } as const;
const plain = { shape: 'deploymentConfig', schema: plainWorkload } as const;

/** What is run, or read by what is run. */
export const KINDS: Readonly<Record<string, Kind>> = {
  Pod: { apiVersions: ['v1'], shape: 'pod', schema: pod },
  Deployment: { ...apps, shape: 'deployment' },
  StatefulSet: { ...apps, shape: 'statefulSet', schema: statefulSet },
  ReplicaSet: { ...apps, shape: 'replicaSet' },
  DaemonSet: { ...apps, shape: 'daemonSet', schema: daemonSet },
  ReplicationController: { ...plain, apiVersions: ['v1'], shape: 'replicaSet' },
  DeploymentConfig: { ...plain, apiVersions: ['apps.openshift.io/v1', 'v1'] },
  Job: { apiVersions: ['batch/v1'], shape: 'job', schema: job },
  Service: { apiVersions: ['v1'], shape: 'service', schema: service },
  ConfigMap: { apiVersions: ['v1'], shape: 'config', schema: configMap },
  Secret: { apiVersions: ['v1'], shape: 'config', schema: secret },
};

export const TEMPLATE_VERSIONS: readonly string[] = ['template.openshift.io/v1', 'v1'];

const RIGHTS = 'there is no API server whose rights it could give';
const LIMITS = 'a lab sets no limits';
const REACHED = 'envoy-lab curl reaches every service by its name, and its ports can be published';

/** Kinds without effect in a lab, and why. */
export const SKIPPED: Readonly<Record<string, string>> = {
  Namespace: 'a lab is a namespace of its own',
  Project: 'a lab is a namespace of its own',
  ServiceAccount: RIGHTS,
  Role: RIGHTS,
  RoleBinding: RIGHTS,
  ClusterRole: RIGHTS,
  ClusterRoleBinding: RIGHTS,
  SecurityContextConstraints: RIGHTS,
  ResourceQuota: LIMITS,
  LimitRange: LIMITS,
  PriorityClass: LIMITS,
  PodDisruptionBudget: 'nothing but its user stops pods of a lab',
  HorizontalPodAutoscaler: 'envoy-lab scale changes the number of replicas',
  NetworkPolicy: 'every pod of a lab reaches every other',
  Ingress: REACHED,
  IngressClass: REACHED,
  Route: REACHED,
  PersistentVolumeClaim: 'a volume that needs it is told by itself',
  ImageStream: 'images are pulled as containers name them',
  BuildConfig: 'images are pulled as containers name them',
};

/** What can be done about kinds that are refused. */
export const INSTEAD: Readonly<Record<string, string>> = {
  CronJob: 'a Job with its template runs once',
};
