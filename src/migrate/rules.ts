import type { Rule } from './rule.ts';
import { accessLogRules } from './rules/access-log.ts';
import { bootstrapRules } from './rules/bootstrap.ts';
import { clusterRules } from './rules/cluster.ts';
import { compressorRules } from './rules/compressor.ts';
import { connectionManagerRules } from './rules/connection-manager.ts';
import { corsRules } from './rules/cors.ts';
import { earlyRules } from './rules/early.ts';
import { faultRules } from './rules/fault.ts';
import { filterRules } from './rules/filters.ts';
import { healthCheckRules } from './rules/health-check.ts';
import { httpOptionsRules } from './rules/http-options.ts';
import { listenerRules } from './rules/listener.ts';
import { matchRules } from './rules/match.ts';
import { perFilterRules } from './rules/per-filter.ts';
import { routeRules } from './rules/route.ts';
import { tlsRules } from './rules/tls.ts';
import { tracingRules } from './rules/tracing.ts';

/** All rules; of one message they are applied in this order. */
export const rules: readonly Rule[] = [
  ...earlyRules,
  ...bootstrapRules,
  ...accessLogRules,
  ...clusterRules,
  ...httpOptionsRules,
  ...healthCheckRules,
  ...tlsRules,
  ...listenerRules,
  ...filterRules,
  ...connectionManagerRules,
  ...tracingRules,
  ...compressorRules,
  ...faultRules,
  ...perFilterRules,
  ...routeRules,
  ...corsRules,
  ...matchRules,
];

const byMessage = new Map<string, Rule[]>();
for (const rule of rules) byMessage.set(rule.of, [...(byMessage.get(rule.of) ?? []), rule]);

/** The rules for messages of a type. */
export function rulesOf(type: string): readonly Rule[] {
  return byMessage.get(type) ?? [];
}
