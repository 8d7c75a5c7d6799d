import { IMAGES_ANNOTATION } from '../../manifest/resolve/images.ts';
import type { LabObject } from '../../runtime/kubernetes/translate/options.ts';

/**
 * Marks workloads so that `up -f` runs them where images of registries cannot be run, on the machine's own Node, and knows an Envoy
 * whose image has a name of its own.
 */
export function withImageRules(
  objects: readonly LabObject[],
  { node, envoys }: { readonly node: string; readonly envoys: readonly string[] },
): LabObject[] {
  const rules = [`${node}=base`, ...envoys.map((envoy) => `${envoy}=envoy`)];
  return objects.map((object) => {
    if (!('spec' in object) || object.spec === undefined || !('template' in object.spec)) return object;
    const containers = object.spec.template.spec?.containers ?? [];
    const early = object.spec.template.spec?.initContainers ?? [];
    const used = [...early, ...containers].map(({ image }) => image);
    const own = rules.filter((rule) => used.includes(rule.slice(0, rule.lastIndexOf('='))));
    if (own.length === 0) return object;
    const { metadata } = object;
    const annotations = { ...metadata?.annotations, [IMAGES_ANNOTATION]: own.join(',') };
    return { ...object, metadata: { ...metadata, annotations } } as LabObject;
  });
}
