import type { Check } from './check.ts';

/** Settings under which clusters are named by something other than the config. */
const namesElsewhere =
  /^(cluster_header|dynamic_resources|rds|scoped_routes|config_discovery|cluster_specifier_plugins?|inline_cluster_specifier_plugin|typed_extension_config|internal_redirect_policy)$/;
const codeTypes = /\.(lua|wasm|golang|dynamic_modules|ext_proc|ext_authz|set_filter_state|rbac)\./;

/** Warns of static clusters that nothing else in the config names. */
export const findUnusedClusters: Check = (bootstrap, report) => {
  const clusters = bootstrap.static_resources?.clusters ?? [];
  const unused = new Set(clusters.map(({ name }) => name));
  let elsewhere = false;
  const visit = (value: unknown, key: string): void => {
    if (typeof value === 'string') unused.delete(value);
    else if (Array.isArray(value)) for (const item of value) visit(item, key);
    else if (typeof value === 'object' && value !== null && !Buffer.isBuffer(value)) {
      for (const [name, item] of Object.entries(value)) {
        if (namesElsewhere.test(name)) elsewhere = true;
        if (name === '@type' && codeTypes.test(String(item))) elsewhere = true;
        visit(item, name);
      }
    }
  };
  const { static_resources, ...rest } = bootstrap;
  visit(rest, '');
  visit(static_resources?.listeners ?? [], '');
  for (const { name: _, alt_stat_name: __, load_assignment, ...cluster } of clusters) {
    visit(cluster, '');
    visit(load_assignment?.endpoints ?? [], '');
  }
  if (elsewhere) return;
  for (const [i, { name }] of clusters.entries()) {
    if (!unused.has(name)) continue;
    report('warning', ['static_resources', 'clusters', i, 'name'], `nothing uses cluster '${name}'`);
  }
};
