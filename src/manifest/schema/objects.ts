import { isIP } from 'node:net';
import * as z from 'zod';
import { labelSelector, metadata, portReference, templateMetadata } from './metadata.ts';
import { dnsLabel, serviceName } from './names.ts';
import { podSpec } from './pod.ts';

const base = { apiVersion: z.string(), kind: z.string(), metadata };
const texts = z.record(z.string(), z.string());
const replicas = z.int().min(0).optional();
const podTemplate = z.strictObject({ metadata: templateMetadata.optional(), spec: podSpec });

export const pod = z.strictObject({ ...base, spec: podSpec });

/** Deployment and ReplicaSet. */
export const workload = z.strictObject({
  ...base,
  spec: z.strictObject({ replicas, selector: labelSelector, template: podTemplate }),
});

export const daemonSet = z.strictObject({
  ...base,
  spec: z.strictObject({ selector: labelSelector, template: podTemplate }),
});

export const statefulSet = z.strictObject({
  ...base,
  spec: z.strictObject({
    replicas,
    selector: labelSelector,
    serviceName: z.string().optional(),
    ordinals: z.strictObject({ start: z.int().min(0).optional() }).optional(),
    template: podTemplate,
  }),
});

/** DeploymentConfig and ReplicationController, whose selector is a plain map. */
export const plainWorkload = z.strictObject({
  ...base,
  spec: z.strictObject({ replicas, selector: texts.optional(), template: podTemplate }),
});

export const job = z.strictObject({ ...base, spec: z.strictObject({ template: podTemplate }) });

export const service = z.strictObject({
  ...base,
  metadata: metadata.extend({ name: serviceName }),
  spec: z.strictObject({
    type: z.enum(['ClusterIP', 'NodePort', 'LoadBalancer']).optional(),
    clusterIP: z
      .string()
      .refine((text) => ['', 'None'].includes(text) || isIP(text) !== 0, 'must be an IP address, or None')
      .optional(),
    selector: texts.optional(),
    ports: z
      .array(
        z.strictObject({
          name: dnsLabel.optional(),
          port: z.int().min(1).max(65535),
          targetPort: portReference.optional(),
          protocol: z.enum(['TCP', 'UDP', 'SCTP']).optional(),
          appProtocol: z.string().optional(),
        }),
      )
      .optional(),
  }),
});

export const configMap = z.strictObject({
  ...base,
  data: texts.optional(),
  binaryData: texts.optional(),
});

export const secret = z.strictObject({
  ...base,
  type: z.string().optional(),
  data: texts.optional(),
  stringData: texts.optional(),
});

export type ServiceFields = z.output<typeof service>;
export type ConfigMapFields = z.output<typeof configMap>;
export type SecretFields = z.output<typeof secret>;
