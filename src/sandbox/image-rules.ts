import type { Path } from '../document/document.ts';
import { didYouMean } from '../document/suggest.ts';
import { wholeReference } from '../image/reference.ts';
import type { Context } from './context.ts';
import type { SandboxNode } from './sandbox.ts';

/** Top level `images`: the image of ours in the place of one of a registry, by its whole name. */
export type ImageRules = ReadonlyMap<string, string>;

/** The rules of a file; problems go to the context. */
export function resolveImageRules(
  context: Pick<Context, 'problems' | 'images'>,
  fields: Readonly<Record<string, string>>,
): ImageRules {
  const { problems, images } = context;
  const rules = new Map<string, string>();
  for (const [reference, image] of Object.entries(fields)) {
    const path = ['images', reference];
    const whole = wholeReference(reference);
    if (whole === undefined) problems.add(path, NO_REFERENCE, { key: true });
    else if (rules.has(whole)) problems.add(path, `${whole} has a rule already`, { key: true });
    else rules.set(whole, image);
    requireImage(context, path, image, images);
  }
  return rules;
}

/** Reports rules for images that no container names. */
export function checkImageRules(
  { problems }: Pick<Context, 'problems'>,
  fields: Readonly<Record<string, string>>,
  nodes: readonly SandboxNode[],
): void {
  const used = referencesOf(nodes);
  for (const reference of Object.keys(fields)) {
    const whole = wholeReference(reference);
    if (whole === undefined || used.some((name) => wholeReference(name) === whole)) continue;
    problems.add(['images', reference], `no container's image is ${reference}`, {
      hint: didYouMean(reference, used),
      key: true,
    });
  }
}

/** The images of registries that containers name, each once, as the file writes them. */
export function referencesOf(nodes: readonly SandboxNode[]): string[] {
  const programs = nodes.flatMap(({ containers }) => containers.map(({ program }) => program));
  return [
    ...new Set(programs.flatMap((program) => (program.kind === 'app' ? (program.reference ?? []) : []))),
  ];
}

/** Reports an image of ours that there is not. */
export function requireImage(
  { problems }: Pick<Context, 'problems'>,
  path: Path,
  image: string,
  known: readonly string[],
): void {
  if (known.includes(image)) return;
  problems.add(path, `no image "${image}"`, { hint: didYouMean(image, known) });
}

export const NO_REFERENCE = 'must be the name of a container image, such as quay.io/team/shop:1.2';
