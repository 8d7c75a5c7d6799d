import type { Path } from '../../document/document.ts';
import { formatPath, type Problem } from '../../document/problem.ts';
import { type EnvoyConfig, isRecord } from '../config.ts';
import { field, fieldName } from './fields.ts';

const hint =
  'use --engine ts for it, or a machine that allows namespaces: envoy-lab doctor says why this one does not';

/**
 * What of a config cannot be steered: listeners that come from elsewhere would open their ports on the whole machine, and
 * clusters and endpoints in files of their own could mean another node's localhost.
 */
export function unsteerable({ document }: EnvoyConfig): readonly Problem[] {
  const problems: Problem[] = [];
  const add = (path: Path, what: string) => {
    const message = `${what}: without a network of its own a node cannot run this with the real Envoy`;
    problems.push({
      severity: 'error',
      at: document.positionOfKey(path),
      path: formatPath(path),
      message,
      hint,
    });
  };
  const walk = (value: unknown, path: Path): void => {
    if (Array.isArray(value)) for (const [index, item] of value.entries()) walk(item, [...path, index]);
    if (!isRecord(value)) return;
    for (const [key, inner] of Object.entries(value)) {
      const here = [...path, key];
      switch (fieldName(key)) {
        case 'lds_config':
          add(here, 'listeners come from elsewhere, and open their ports on the whole machine');
          break;
        case 'cds_config':
        case 'eds_config':
          if (field(inner, 'path_config_source') ?? field(inner, 'path'))
            add(here, 'it is in a file of its own, whose addresses are not moved to the node');
          break;
        default:
          walk(inner, here);
      }
    }
  };
  walk(document.value, []);
  return problems;
}
