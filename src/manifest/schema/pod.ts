import * as z from 'zod';
import { portReference } from './metadata.ts';
import { dnsLabel, dnsSubdomain, portName, storeKey, variableName } from './names.ts';

const text = z.string();
const name = z.string().min(1);
const optional = z.boolean().optional();

const keyOf = z.strictObject({ name, key: storeKey, optional });
const fieldRef = z.strictObject({ fieldPath: name, apiVersion: z.literal('v1').optional() });

const envVar = z.strictObject({
  name: variableName,
  value: text.optional(),
  valueFrom: z
    .strictObject({
      configMapKeyRef: keyOf.optional(),
      secretKeyRef: keyOf.optional(),
      fieldRef: fieldRef.optional(),
    })
    .optional(),
});

const envFrom = z.strictObject({
  prefix: z.union([z.literal(''), variableName]).optional(),
  configMapRef: z.strictObject({ name, optional }).optional(),
  secretRef: z.strictObject({ name, optional }).optional(),
});

const probe = z.strictObject({
  httpGet: z
    .strictObject({
      path: text.optional(),
      port: portReference,
      scheme: z.enum(['HTTP', 'HTTPS']).optional(),
    })
    .optional(),
  tcpSocket: z.strictObject({ port: portReference }).optional(),
  exec: z.strictObject({ command: z.array(text).min(1) }).optional(),
});

const mount = z.strictObject({
  name,
  mountPath: z
    .string()
    .regex(/^\//, 'must be an absolute path')
    .regex(/^[^:]*$/, 'cannot be mounted: it has a colon'),
  subPath: text.optional(),
  subPathExpr: text.optional(),
  readOnly: optional,
});

const containerPort = z.strictObject({
  name: portName.optional(),
  containerPort: z.int().min(1).max(65535),
  hostPort: z.int().min(1).max(65535).optional(),
  protocol: z.enum(['TCP', 'UDP', 'SCTP']).optional(),
});

const container = z.strictObject({
  name: dnsLabel,
  image: name,
  command: z.array(text).optional(),
  args: z.array(text).optional(),
  workingDir: text.optional(),
  env: z.array(envVar).optional(),
  envFrom: z.array(envFrom).optional(),
  ports: z.array(containerPort).optional(),
  volumeMounts: z.array(mount).optional(),
  readinessProbe: probe.optional(),
  startupProbe: probe.optional(),
  livenessProbe: probe.optional(),
  /** Of an init container: it stays, as a sidecar. */
  restartPolicy: z.literal('Always').optional(),
});

const items = z.array(
  z.strictObject({ key: storeKey, path: name, mode: z.int().min(0).max(0o777).optional() }),
);
const mode = z.int().min(0).max(0o777).optional();
const downwardItems = z.array(z.strictObject({ path: name, fieldRef: fieldRef, mode }));

const volume = z.strictObject({
  name: dnsLabel,
  emptyDir: z.strictObject({}).optional(),
  configMap: z.strictObject({ name, items: items.optional(), defaultMode: mode, optional }).optional(),
  secret: z
    .strictObject({ secretName: name, items: items.optional(), defaultMode: mode, optional })
    .optional(),
  downwardAPI: z.strictObject({ items: downwardItems.optional(), defaultMode: mode }).optional(),
  projected: z
    .strictObject({
      defaultMode: mode,
      sources: z
        .array(
          z.strictObject({
            configMap: z.strictObject({ name, items: items.optional(), optional }).optional(),
            secret: z.strictObject({ name, items: items.optional(), optional }).optional(),
            downwardAPI: z.strictObject({ items: downwardItems.optional() }).optional(),
          }),
        )
        .optional(),
    })
    .optional(),
});

/** PodSpec, without what `fields.ts` takes out before. */
export const podSpec = z.strictObject({
  containers: z.array(container).min(1),
  initContainers: z.array(container).optional(),
  volumes: z.array(volume).optional(),
  hostAliases: z.array(z.strictObject({ ip: name, hostnames: z.array(dnsSubdomain).optional() })).optional(),
  serviceAccountName: text.optional(),
});

export type PodSpecFields = z.output<typeof podSpec>;
export type ContainerFields = z.output<typeof container>;
export type ProbeFields = z.output<typeof probe>;
export type VolumeFields = z.output<typeof volume>;
export type MountFields = z.output<typeof mount>;
export type ItemFields = z.output<typeof items>;
export type DownwardItemFields = z.output<typeof downwardItems>;
