import type { ManifestObject } from '../read/object.ts';
import type { Store } from './stores.ts';

/**
 * Tells whether the manifests mention a host name, in a config or a variable or a command. Names of Services in a cluster
 * that nobody uses are left out: a runtime may not be able to give them.
 */
export function mentions(
  objects: readonly ManifestObject[],
  stores: readonly Store[],
): (name: string) => boolean {
  const text = [
    ...objects.map(({ document }) => JSON.stringify(document.value).replaceAll(/\\[nt]/g, ' ')),
    ...stores.flatMap(({ data }) => [...data.values()].map((content) => content.toString('latin1'))),
  ].join('\n');
  return (name) => {
    const pattern = name.replaceAll('.', String.raw`\.`);
    return new RegExp(String.raw`(?<![\w.-])${pattern}(?![\w-]|\.\w)`).test(text);
  };
}
