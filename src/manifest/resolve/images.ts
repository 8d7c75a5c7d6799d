import { wholeReference } from '../../image/reference.ts';
import type { Findings } from './findings.ts';
import type { Workload } from './workload.ts';

/** Images of ours by the whole names of images of registries; `envoy`: it is Envoy, under a name of its own. */
export type ImageRules = ReadonlyMap<string, string>;

/** What says in a manifest which of our images takes the place of one of a registry: `REFERENCE=IMAGE`, with commas. */
export const IMAGES_ANNOTATION = 'io.envoy-lab/images';

/** Our image (or `envoy`) for one of a registry, which a manifest may name in short; undefined when no rule has it. */
export function ruleFor(rules: ImageRules, image: string): string | undefined {
  return rules.get(wholeReference(image) ?? image);
}

/** The rules of annotations of workloads or their pods, and those of the command line, which win. */
export function imageRules(
  workloads: readonly Workload[],
  given: ReadonlyMap<string, string>,
  findings: Findings,
): ImageRules {
  const rules = new Map<string, string>();
  for (const workload of workloads) {
    const { object } = workload;
    const { metadata } = object.document.value as { metadata: { annotations?: Record<string, unknown> } };
    for (const [text, path] of [
      [metadata.annotations?.[IMAGES_ANNOTATION], ['metadata', 'annotations', IMAGES_ANNOTATION]],
      [
        workload.annotations[IMAGES_ANNOTATION],
        [...workload.path.slice(0, -1), 'metadata', 'annotations', IMAGES_ANNOTATION],
      ],
    ] as const) {
      if (typeof text !== 'string') continue;
      for (const word of text.split(/[\s,]+/).filter((part) => part !== '')) {
        const [, reference = '', image = ''] = /^([^=]+)=([^=:/]+)$/.exec(word) ?? [];
        const whole = wholeReference(reference);
        if (whole !== undefined) rules.set(whole, image);
        else {
          findings.problem(object, path, `"${word}" is not IMAGE-OF-A-REGISTRY=IMAGE`, {
            hint: 'such as quay.io/team/shop:1.2=http-app; commas between several',
          });
        }
      }
    }
  }
  for (const [reference, image] of given) rules.set(wholeReference(reference) ?? reference, image);
  return rules;
}
