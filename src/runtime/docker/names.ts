/**
 * Names of a lab's objects at the engine. Lab and node names have no dots, so that a name can be taken apart again and
 * no lab's names are another's.
 */

/** What we know of a container and the engine does not: kept as the end of its name, so that every list tells it. */
export type Mark =
  /** The user stopped it. */
  | { readonly kind: 'stopped' }
  /** Its command could not be run. */
  | { readonly kind: 'failed'; readonly exitCode: number }
  /** Another takes its place. */
  | { readonly kind: 'old' };

export function networkName(lab: string, network: string): string {
  return `${lab}.${network}`;
}

/** Of the container that holds a node's network. */
export function holderName(lab: string, node: string): string {
  return `${lab}.${node}`;
}

export function containerName(lab: string, node: string, container: string, mark?: Mark): string {
  const name = `${lab}.${node}.${container}`;
  if (mark === undefined) return name;
  return mark.kind === 'failed' ? `${name}.failed-${mark.exitCode}` : `${name}.${mark.kind}`;
}

/** The mark in a container's name, with or without the slash that the engine puts before it. */
export function markOf(name: string): Mark | undefined {
  const [, , , mark] = name.replace(/^\//, '').split('.');
  if (mark === 'stopped' || mark === 'old') return { kind: mark };
  const code = /^failed-(\d+)$/.exec(mark ?? '')?.[1];
  return code === undefined ? undefined : { kind: 'failed', exitCode: Number(code) };
}
