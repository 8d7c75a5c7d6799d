/**
 * Parameters in a template's objects, as OpenShift's processor puts them in (github.com/openshift/library-go,
 * pkg/template/templateprocessing): `${NAME}` anywhere in a text or key; `${{NAME}}` as the whole of a text, whose place
 * the value takes as JSON (`3`, `true`, `{"a": 1}`), or as text when it is none. Names that are no parameter stay.
 */

const TEXT = /\$\{([a-zA-Z0-9_]+?)\}/g;
const WHOLE = /^\$\{\{([a-zA-Z0-9_]+)\}\}$/;

export type Parameters = ReadonlyMap<string, string>;

/** A text with its parameters put in; what `${{NAME}}` became may be no text. */
export function substituteText(text: string, parameters: Parameters): unknown {
  const whole = WHOLE.exec(text);
  const value = whole === null ? undefined : parameters.get(whole[1]!);
  if (value !== undefined) {
    try {
      return JSON.parse(value) as unknown;
    } catch {
      return value;
    }
  }
  // One after the other, each time the first that is left: a value that holds a reference may get the next one's value.
  let out = text;
  for (const [reference, name] of text.matchAll(TEXT)) {
    const found = parameters.get(name!);
    if (found !== undefined) out = out.replace(reference, () => found);
  }
  return out;
}

/** Plain data with the parameters put in, keys included. A value that becomes null is left out of its map. */
export function substitute(value: unknown, parameters: Parameters): unknown {
  if (typeof value === 'string') return substituteText(value, parameters);
  if (Array.isArray(value)) return value.map((item) => substitute(item, parameters));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, below]) => {
    const after = substitute(below, parameters);
    const gone = after === null && below !== null;
    return [String(substituteText(key, parameters)), gone ? undefined : after] as const;
  });
  return Object.fromEntries(entries.filter(([, after]) => after !== undefined));
}

/** Whether a text refers to a parameter. */
export function hasReference(text: string): boolean {
  return text.search(TEXT) >= 0;
}
