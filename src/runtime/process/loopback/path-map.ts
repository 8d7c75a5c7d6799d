/** A path inside a container, and where that is on the host. */
export interface PathMapping {
  readonly inside: string;
  readonly host: string;
}

/** What may stand directly before and after a path for it to be one. */
const BEFORE = /[A-Za-z0-9_./~-]$/;
const AFTER = /^[A-Za-z0-9_.-]/;

/**
 * Replaces paths of a container by where they are on the host: `/etc/envoy.yaml`, `--config=/etc/envoy.yaml`, and what lies
 * below a mapped folder. The longest mapping that fits is taken.
 */
export function mapPaths(text: string, mappings: readonly PathMapping[]): string {
  const longestFirst = [...mappings].sort((a, b) => b.inside.length - a.inside.length);
  let result = '';
  for (let at = 0; at < text.length; ) {
    const mapping =
      text[at] === '/' && !BEFORE.test(result)
        ? longestFirst.find(
            ({ inside }) => text.startsWith(inside, at) && !AFTER.test(text.slice(at + inside.length)),
          )
        : undefined;
    if (mapping === undefined) {
      result += text[at++];
      continue;
    }
    result += mapping.host;
    at += mapping.inside.length;
    // What follows belongs to the same path: nothing in it is a path of its own.
    const rest = /^[^\s"',;:=]*/.exec(text.slice(at))![0];
    result += rest;
    at += rest.length;
  }
  return result;
}
