/** A path into JSON, and how it was written. */
export interface JsonPathField {
  readonly path: readonly (string | number)[];
  readonly text: string;
}

const STEP = /^(?:\.?([A-Za-z_$][\w$-]*)|\.(\d[\w$-]*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\])/;

/** `items[0].name`, `["a key"].b`; `$` in front may stand for the whole. undefined when it is no such path. */
export function parseJsonPath(text: string): JsonPathField | undefined {
  const path: (string | number)[] = [];
  let rest = /^\$($|[.[])/.test(text) ? text.slice(1) : text;
  let first = rest === text;
  while (rest !== '') {
    const match = STEP.exec(rest);
    if (!match) return undefined;
    const [whole, name, digits, index, quoted] = match;
    // Names are set off by dots, but for the first.
    if (name !== undefined && whole.startsWith('.') === first) return undefined;
    path.push(name ?? digits ?? (index !== undefined ? Number(index) : (JSON.parse(quoted!) as string)));
    rest = rest.slice(whole.length);
    first = false;
  }
  return { path, text };
}
