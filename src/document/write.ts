import { stringify } from 'yaml';

/** Plain data as YAML 1.2, long texts as blocks; `undefined` members are left out. Ends with a line break. */
export function writeYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}
