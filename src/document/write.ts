import { stringify } from 'yaml';

/** Plain data as YAML 1.2, long texts as blocks; `undefined` members are left out. Ends with a line break. */
export function writeYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}

/**
 * The same for readers of YAML 1.1 too, such as Kubernetes and Docker Compose: a text that they would take for something else
 * (`yes`, `0o17`, `1_000`, `12:30`) is quoted.
 */
export function writeOldYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false, compat: 'yaml-1.1' });
}
