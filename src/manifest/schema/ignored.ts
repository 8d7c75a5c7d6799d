import * as z from 'zod';

/** Schemas of fields that a lab has no use for: what no cluster would take is no manifest here either. */

export const flag = z.boolean();
export const count = z.int().min(0);
export const texts = z.record(z.string(), z.string());
export const oneOf = (...values: [string, ...string[]]) => z.enum(values);

const QUANTITY = /^[+-]?(?:\d+\.?\d*|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/;
const SCALE = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];

/** An amount such as `500m` or `64Mi`. */
export const quantity = z.union([
  z.number(),
  z.string().regex(QUANTITY, 'must be a quantity such as 500m or 64Mi'),
]);

function amount(value: string | number): number {
  const suffix = QUANTITY.exec(String(value))?.[1] ?? '';
  const number = Number.parseFloat(String(value));
  if (suffix.endsWith('i')) return number * 1024 ** ('KMGTPE'.indexOf(suffix[0]!) + 1);
  if (/^[eE][+-]?\d/.test(suffix)) return Number(value);
  return number * 1000 ** (SCALE.indexOf(suffix) - 3);
}

export const resources = z
  .strictObject({
    limits: z.record(z.string(), quantity).optional(),
    requests: z.record(z.string(), quantity).optional(),
    claims: z.array(z.unknown()).optional(),
  })
  .superRefine(({ limits = {}, requests = {} }, context) => {
    for (const [name, wanted] of Object.entries(requests)) {
      const limit = limits[name];
      if (limit === undefined || amount(wanted) <= amount(limit)) continue;
      const message = `is more than the limit of ${limit}`;
      context.addIssue({ code: 'custom', path: ['requests', name], message });
    }
  });

const id = z.int().min(0).optional();
const identity = {
  runAsUser: id,
  runAsGroup: id,
  runAsNonRoot: flag.optional(),
  seLinuxOptions: z
    .strictObject({
      level: z.string().optional(),
      role: z.string().optional(),
      type: z.string().optional(),
      user: z.string().optional(),
    })
    .optional(),
  seccompProfile: z
    .strictObject({
      type: z.enum(['RuntimeDefault', 'Unconfined', 'Localhost']),
      localhostProfile: z.string().optional(),
    })
    .optional(),
  appArmorProfile: z
    .strictObject({
      type: z.enum(['RuntimeDefault', 'Unconfined', 'Localhost']),
      localhostProfile: z.string().optional(),
    })
    .optional(),
  windowsOptions: z.unknown().optional(),
};

export const containerSecurity = z.strictObject({
  ...identity,
  allowPrivilegeEscalation: flag.optional(),
  capabilities: z
    .strictObject({ add: z.array(z.string()).optional(), drop: z.array(z.string()).optional() })
    .optional(),
  privileged: flag.optional(),
  procMount: z.enum(['Default', 'Unmasked']).optional(),
  readOnlyRootFilesystem: flag.optional(),
});

export const podSecurity = z.strictObject({
  ...identity,
  fsGroup: id,
  fsGroupChangePolicy: z.enum(['Always', 'OnRootMismatch']).optional(),
  supplementalGroups: z.array(z.int().min(0)).optional(),
  supplementalGroupsPolicy: z.enum(['Merge', 'Strict']).optional(),
  seLinuxChangePolicy: z.enum(['MountOption', 'Recursive']).optional(),
  sysctls: z.array(z.strictObject({ name: z.string(), value: z.string() })).optional(),
});

const share = z.union([
  z.int().min(0),
  z.string().regex(/^\d+%$/, 'must be a number or a percentage such as 25%'),
]);
const rolling = z.strictObject({
  maxSurge: share.optional(),
  maxUnavailable: share.optional(),
  partition: count.optional(),
});

export const strategy = (...types: [string, ...string[]]) =>
  z.strictObject({ type: z.enum(types).optional(), rollingUpdate: rolling.optional() });
