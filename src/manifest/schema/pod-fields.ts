import * as z from 'zod';
import { type FieldTable, isEmpty, isFalse, type Place, SCHEDULING, SECURITY } from './field-table.ts';
import { containerSecurity, count, flag, oneOf, podSecurity, quantity, resources, texts } from './ignored.ts';

const podSpec = (restarts: readonly [string, ...string[]]): FieldTable => ({
  noted: {
    restartPolicy: ['what ends stays ended, and up says so', oneOf(...restarts)],
    terminationGracePeriodSeconds: ['containers are given the time their runtime gives', z.int()],
    nodeSelector: [SCHEDULING, texts],
    nodeName: [SCHEDULING, z.string()],
    affinity: [SCHEDULING, z.record(z.string(), z.unknown())],
    tolerations: [SCHEDULING, z.array(z.unknown())],
    topologySpreadConstraints: [SCHEDULING, z.array(z.unknown())],
    schedulerName: [SCHEDULING, z.string()],
    priority: SCHEDULING,
    priorityClassName: [SCHEDULING, z.string()],
    preemptionPolicy: SCHEDULING,
    runtimeClassName: [SCHEDULING, z.string()],
    overhead: SCHEDULING,
    os: SCHEDULING,
    serviceAccount: 'there is no API server to ask',
    automountServiceAccountToken: ['there is no API server to ask', flag],
    enableServiceLinks: ['services have names, and no variables', flag],
    dnsPolicy: [
      "the lab's own name server answers",
      oneOf('ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'),
    ],
    imagePullSecrets: "images are pulled with the engine's own credentials",
    securityContext: [SECURITY, podSecurity],
    readinessGates: 'probes alone say what is ready',
    activeDeadlineSeconds: ['--timeout of up says how long', count],
    hostUsers: [SECURITY, flag],
    shareProcessNamespace: ['a container sees its own processes', flag],
    setHostnameAsFQDN: ['a pod is called as its node', flag],
    resources: ['a lab sets no limits', resources],
  },
  refused: {
    hostNetwork: { why: 'a pod has a network of its own here', harmless: isFalse },
    hostPID: { why: 'containers do not see processes of the host', harmless: isFalse },
    hostIPC: { why: 'containers do not see memory of the host', harmless: isFalse },
    hostname: { why: 'a pod is called as its node, with a number' },
    subdomain: { why: 'a replica is reached by its own name, such as web-1' },
    ephemeralContainers: {
      why: 'they are for clusters',
      hint: 'envoy-lab exec runs a command in a container',
    },
    resourceClaims: { why: 'there are no devices to claim' },
  },
});

const dnsConfig: FieldTable = {
  noted: { searches: 'names of the lab need no domain', options: "the lab's own name server answers" },
  refused: { nameservers: { why: "the lab's own name server answers" } },
};

const container: FieldTable = {
  noted: {
    resources: ['a lab sets no limits', resources],
    resizePolicy: 'a lab sets no limits',
    imagePullPolicy: [
      'an image is pulled when it is not there, or with --pull',
      oneOf('Always', 'IfNotPresent', 'Never'),
    ],
    terminationMessagePath: ['envoy-lab logs shows what it printed', z.string()],
    terminationMessagePolicy: [
      'envoy-lab logs shows what it printed',
      oneOf('File', 'FallbackToLogsOnError'),
    ],
    securityContext: [SECURITY, containerSecurity],
    stdin: ['envoy-lab exec -i gives one', flag],
    stdinOnce: ['envoy-lab exec -i gives one', flag],
    tty: ['envoy-lab exec -t gives one', flag],
  },
  refused: {
    lifecycle: { why: 'nothing is run when a container starts or ends' },
    volumeDevices: { why: 'there are no block devices' },
  },
};

const ASKED = 'a container is asked until it is ready';

/** @param successes what `successThreshold` may be */
const probe = (successes: z.ZodType): FieldTable => ({
  noted: {
    initialDelaySeconds: [ASKED, count],
    periodSeconds: [ASKED, count],
    timeoutSeconds: [ASKED, count],
    successThreshold: [ASKED, successes],
    failureThreshold: ['--timeout of up says how long', count],
    terminationGracePeriodSeconds: ['a probe ends no container here', count.min(1)],
  },
  refused: { grpc: { why: 'probes are httpGet, tcpSocket and exec here', hint: 'tcpSocket asks less' } },
});

const httpGet: FieldTable = {
  noted: {},
  refused: {
    httpHeaders: { why: 'a probe sends no headers of its own here', harmless: isEmpty },
    host: { why: 'a probe asks the pod itself' },
  },
};

const mount: FieldTable = {
  noted: { recursiveReadOnly: 'mounts are as their runtime makes them' },
  refused: { mountPropagation: { why: 'nothing is mounted later', harmless: (value) => value === 'None' } },
};

const port: FieldTable = {
  noted: {},
  refused: {
    hostIP: { why: 'published ports are open on 127.0.0.1', harmless: (v) => v === '127.0.0.1' },
  },
};

const NO_STORE = 'a lab has emptyDir, configMap, secret, downwardAPI and projected volumes';

const volume: FieldTable = {
  noted: {},
  refused: Object.fromEntries(
    [
      'hostPath',
      'persistentVolumeClaim',
      'nfs',
      'csi',
      'ephemeral',
      'image',
      'iscsi',
      'cephfs',
      'rbd',
      'fc',
      'gitRepo',
      'glusterfs',
      'azureFile',
      'azureDisk',
      'awsElasticBlockStore',
      'gcePersistentDisk',
      'vsphereVolume',
      'portworxVolume',
      'cinder',
      'flexVolume',
      'flocker',
      'photonPersistentDisk',
      'quobyte',
      'scaleIO',
      'storageos',
    ].map((name) => [name, { why: NO_STORE, hint: 'emptyDir is a directory that goes with the lab' }]),
  ),
};

const source: FieldTable = {
  noted: {},
  refused: {
    serviceAccountToken: { why: 'there is no API server to ask' },
    clusterTrustBundle: { why: NO_STORE },
  },
};

const valueFrom: FieldTable = {
  noted: {},
  refused: {
    resourceFieldRef: { why: 'a lab sets no limits that could be told' },
    fileKeyRef: { why: 'a variable comes from a value, a configMap, a secret or a field' },
  },
};

const emptyDir: FieldTable = {
  noted: {
    medium: ['it is where the container is', z.string()],
    sizeLimit: ['a lab sets no limits', quantity],
  },
  refused: {},
};

/**
 * The places of a pod's spec that stands at a path.
 * @param restarts what `restartPolicy` may be
 */
export function podPlaces(path: readonly string[], restarts: readonly [string, ...string[]]): Place[] {
  const containers = ['containers', 'initContainers'].flatMap((list): Place[] => {
    const at = [...path, list, '*'];
    const probes = ['readinessProbe', 'startupProbe', 'livenessProbe'].flatMap((name): Place[] => [
      [[...at, name], probe(name === 'readinessProbe' ? count : count.max(1))],
      [[...at, name, 'httpGet'], httpGet],
      [[...at, name, 'tcpSocket'], httpGet],
    ]);
    return [
      [at, container],
      ...probes,
      [[...at, 'volumeMounts', '*'], mount],
      [[...at, 'ports', '*'], port],
      [[...at, 'env', '*', 'valueFrom'], valueFrom],
    ];
  });
  return [
    [path, podSpec(restarts)],
    [[...path, 'dnsConfig'], dnsConfig],
    ...containers,
    [[...path, 'volumes', '*'], volume],
    [[...path, 'volumes', '*', 'emptyDir'], emptyDir],
    [[...path, 'volumes', '*', 'projected', 'sources', '*'], source],
    [[...path, 'volumes', '*', 'downwardAPI', 'items', '*'], valueFrom],
    [[...path, 'volumes', '*', 'projected', 'sources', '*', 'downwardAPI', 'items', '*'], valueFrom],
  ];
}
