import * as z from 'zod';
import { type FieldTable, isEmpty, type Place, ROLLOUT, SCHEDULING, SERVER } from './field-table.ts';
import { count, flag, oneOf, strategy } from './ignored.ts';
import { podPlaces } from './pod-fields.ts';

const metadata: FieldTable = {
  noted: {
    creationTimestamp: SERVER,
    uid: SERVER,
    resourceVersion: SERVER,
    generation: SERVER,
    managedFields: SERVER,
    selfLink: SERVER,
    ownerReferences: SERVER,
    finalizers: SERVER,
  },
  refused: {
    generateName: { why: 'a lab needs names that are known', hint: 'give it a name' },
    deletionTimestamp: { why: 'it is being deleted' },
  },
};

const status: FieldTable = { noted: { status: SERVER }, refused: {} };

const ROLLED: FieldTable['noted'] = {
  revisionHistoryLimit: [ROLLOUT, count],
  minReadySeconds: [ROLLOUT, count],
};

const workloadSpecs = {
  deployment: {
    noted: {
      ...ROLLED,
      strategy: [ROLLOUT, strategy('Recreate', 'RollingUpdate')],
      progressDeadlineSeconds: ['--timeout of up says how long', count],
      paused: [ROLLOUT, flag],
    },
    refused: {},
  },
  statefulSet: {
    noted: {
      ...ROLLED,
      updateStrategy: [ROLLOUT, strategy('RollingUpdate', 'OnDelete')],
      podManagementPolicy: ['replicas start at the same time', oneOf('OrderedReady', 'Parallel')],
      persistentVolumeClaimRetentionPolicy: 'nothing outlives a lab',
    },
    refused: {
      volumeClaimTemplates: {
        why: 'nothing outlives a lab',
        hint: 'an emptyDir volume lives as long as its pod',
        harmless: isEmpty,
      },
    },
  },
  replicaSet: { noted: { minReadySeconds: [ROLLOUT, count] }, refused: {} },
  daemonSet: {
    noted: { ...ROLLED, updateStrategy: [ROLLOUT, strategy('RollingUpdate', 'OnDelete')] },
    refused: {},
  },
  deploymentConfig: {
    noted: { ...ROLLED, strategy: ROLLOUT, paused: [ROLLOUT, flag], triggers: ROLLOUT, test: ROLLOUT },
    refused: {},
  },
} as const satisfies Readonly<Record<string, FieldTable>>;

const jobSpec: FieldTable = {
  noted: {
    backoffLimit: ['a job is run once', count],
    ttlSecondsAfterFinished: ['it goes with the lab', count],
    activeDeadlineSeconds: ['--timeout of up says how long', count],
    completionMode: 'a job is run once',
    podReplacementPolicy: 'a job is run once',
    manualSelector: SERVER,
    selector: SERVER,
    suspend: 'a job is run at once',
  },
  refused: {
    completions: { why: 'a job is run once', harmless: (value) => value === 1 },
    parallelism: { why: 'a job is run once', harmless: (value) => value === 1 },
  },
};

const serviceSpec: FieldTable = {
  noted: {
    clusterIPs: 'its address is the runtime’s choice',
    ipFamilies: 'labs have IPv4',
    ipFamilyPolicy: 'labs have IPv4',
    internalTrafficPolicy: [SCHEDULING, oneOf('Cluster', 'Local')],
    externalTrafficPolicy: [SCHEDULING, oneOf('Cluster', 'Local')],
    trafficDistribution: SCHEDULING,
    allocateLoadBalancerNodePorts: 'ports are published on 127.0.0.1',
    healthCheckNodePort: SCHEDULING,
    loadBalancerIP: 'ports are published on 127.0.0.1',
    loadBalancerClass: 'ports are published on 127.0.0.1',
    loadBalancerSourceRanges: 'ports are published on 127.0.0.1',
    publishNotReadyAddresses: ['a headless service resolves to all pods', flag],
    sessionAffinityConfig: 'a service balances over connections',
  },
  refused: {
    externalIPs: { why: 'a service is reached by its name', harmless: isEmpty },
    externalName: {
      why: 'names outside of a lab are the host’s',
      hint: 'hostAliases gives an address a name',
    },
    sessionAffinity: { why: 'a service balances over connections', harmless: (value) => value === 'None' },
  },
};

const servicePort: FieldTable = {
  noted: { nodePort: ['its number is free: --publish pins one', z.int().min(0).max(65_535)] },
  refused: {},
};
const config: FieldTable = {
  noted: { ...status.noted, immutable: ['manifests may be changed', flag] },
  refused: {},
};

const top: Place[] = [
  [[], status],
  [['metadata'], metadata],
];
const templated = (spec: FieldTable, restarts: readonly [string, ...string[]] = ['Always']): Place[] => [
  ...top,
  [['spec'], spec],
  [['spec', 'template', 'metadata'], metadata],
  ...podPlaces(['spec', 'template', 'spec'], restarts),
];

/** Where which table holds, by what a kind looks like. */
export const PLACES = {
  pod: [...top, ...podPlaces(['spec'], ['Always', 'OnFailure', 'Never'])],
  deployment: templated(workloadSpecs.deployment),
  statefulSet: templated(workloadSpecs.statefulSet),
  replicaSet: templated(workloadSpecs.replicaSet),
  daemonSet: templated(workloadSpecs.daemonSet),
  deploymentConfig: templated(workloadSpecs.deploymentConfig),
  job: templated(jobSpec, ['Never', 'OnFailure']),
  service: [...top, [['spec'], serviceSpec] as Place, [['spec', 'ports', '*'], servicePort] as Place],
  config: [[[], config] as Place, [['metadata'], metadata] as Place],
} as const satisfies Readonly<Record<string, readonly Place[]>>;

export type Shape = keyof typeof PLACES;
